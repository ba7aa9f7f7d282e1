import { holdsKey } from "../../chef/key-material";
import { PASTED } from "../../chef/keys/key-reference";
import type { ValidationIssue } from "./issues";
import { membersOf } from "./outputs";

/**
 * Every string in a value, and every name of a member, that is a private key. Keys do not belong in arguments: an argument appears in the
 * state, in previews, and usually in AWS.
 *
 * @param property path of the value; empty for all arguments
 */
export function pastedKeys(value: unknown, property: string): ValidationIssue[] {
  if (typeof value === "string") return holdsKey(value) ? [pasted(property)] : [];
  const members = membersOf(value);
  const names = members.some(([name]) => holdsKey(name)) ? [pasted(property)] : [];
  return [
    ...names,
    ...members.flatMap(([name, member]) =>
      holdsKey(name) ? [] : pastedKeys(member, property === "" ? name : `${property}.${name}`),
    ),
  ];
}

function pasted(property: string): ValidationIssue {
  return {
    property,
    value: "PRIVATE KEY",
    expected: "the place where the key is stored, not the key itself",
    fix: PASTED,
  };
}
