import { type KeyReference, parseKeyReference } from "../../chef/keys/key-reference";
import type { ValidationIssue } from "../validation/issues";
import { pastedKeys } from "../validation/pasted-keys";
import type { ChefConnection, ChefIdentity } from "./chef-connection";

/** What is wrong with a client of the Chef server and the place of its key. @param property its path, such as `chef.operator` */
export function identityIssues(identity: ChefIdentity | undefined, property: string): ValidationIssue[] {
  if (typeof identity !== "object" || identity === null) {
    const fix = "give 'name', and under 'key' where its key is kept";
    return [{ property, value: identity, expected: "a client of the Chef server and the place of its key", fix }];
  }
  const pasted = pastedKeys(identity, property);
  if (pasted.length > 0) return pasted;
  return [...nameIssues(identity.name, property), ...keyIssues(identity.key, property)];
}

function nameIssues(name: unknown, property: string): ValidationIssue[] {
  if (typeof name === "string" && /^[A-Za-z0-9_.-]{1,255}$/.test(name)) return [];
  const fix = "name the client or user as `knife client list` shows it";
  return [{ property: `${property}.name`, value: name, expected: "letters, digits, dots, dashes, underscores", fix }];
}

/**
 * What every instance reads must not be the operator's: with that key anybody on an instance could delete every node.
 */
export function sharedKeyIssues({ validator, operator, dataBagSecret }: ChefConnection): ValidationIssue[] {
  const fix =
    "give the operator a client or user of its own, with a key of its own; docs/chef-permissions.md has the commands";
  if (validator.name === operator.name) {
    const expected = "another client than the validator, whose key every instance reads";
    return [{ property: "chef.operator.name", value: operator.name, expected, fix }];
  }
  const read = [validator.key, ...(dataBagSecret ? [dataBagSecret.secret] : [])].map(placeOf);
  if (!read.includes(placeOf(operator.key))) return [];
  const expected = "another place than those that every instance reads";
  return [{ property: "chef.operator.key", value: operator.key, expected, fix }];
}

/** One place by one text, whether it is given by its name or its ARN. */
function placeOf(key: KeyReference): string {
  const [[kind = "", id = ""] = []] = Object.entries(key);
  return `${kind} ${id.replace(/^arn:.*?:parameter\/|^\//, "").replace(/^arn:.*?:secret:(.*?)(-\w{6})?$/, "$1")}`;
}

function keyIssues(key: KeyReference, property: string): ValidationIssue[] {
  try {
    parseKeyReference(key, "key");
    return [];
  } catch (error) {
    const expected = `where the key is kept (${(error as Error).message})`;
    return [
      { property: `${property}.key`, value: key, expected, fix: "say ssmParameter, secretId, file or environment" },
    ];
  }
}
