import { type KeyReference, parseKeyReference } from "../../chef/keys/key-reference";
import type { ValidationIssue } from "../validation/issues";
import { pastedKeys } from "../validation/pasted-keys";
import type { ChefConnection, ChefIdentity } from "./chef-connection";

/**
 * Mistakes in a Chef client and the place of its key.
 *
 * @param property its path, such as `chef.operator`
 */
export function identityIssues(identity: ChefIdentity | undefined, property: string): ValidationIssue[] {
  if (typeof identity !== "object" || identity === null) {
    const fix = "set 'name', and 'key' to the place where its key is stored";
    return [{ property, value: identity, expected: "a client of the Chef server and the place of its key", fix }];
  }
  const pasted = pastedKeys(identity, property);
  if (pasted.length > 0) return pasted;
  return [...nameIssues(identity.name, property), ...keyIssues(identity.key, property)];
}

function nameIssues(name: unknown, property: string): ValidationIssue[] {
  if (typeof name === "string" && /^[A-Za-z0-9_.-]{1,255}$/.test(name)) return [];
  const fix = "use the name of the client or user that `knife client list` shows";
  return [{ property: `${property}.name`, value: name, expected: "letters, digits, dots, dashes, underscores", fix }];
}

/**
 * The operator's key must not be readable by instances: with it, anybody on an instance could delete every node.
 */
export function sharedKeyIssues({ validator, operator, dataBagSecret }: ChefConnection): ValidationIssue[] {
  const fix =
    "create a separate client or user with its own key for the operator; docs/chef-permissions.md has the commands";
  if (validator.name === operator.name) {
    const expected = "a client other than the validator, whose key every instance reads";
    return [{ property: "chef.operator.name", value: operator.name, expected, fix }];
  }
  const read = [validator.key, ...(dataBagSecret ? [dataBagSecret.secret] : [])].map(placeOf);
  if (!read.includes(placeOf(operator.key))) return [];
  const expected = "a place that instances do not read";
  return [{ property: "chef.operator.key", value: operator.key, expected, fix }];
}

/** The same text for the same place, whether it is given by name or by ARN. */
function placeOf(key: KeyReference): string {
  const [[kind = "", id = ""] = []] = Object.entries(key);
  return `${kind} ${id.replace(/^arn:.*?:parameter\/|^\//, "").replace(/^arn:.*?:secret:(.*?)(-\w{6})?$/, "$1")}`;
}

function keyIssues(key: KeyReference, property: string): ValidationIssue[] {
  try {
    parseKeyReference(key, "key");
    return [];
  } catch (error) {
    const expected = `the place where the key is stored (${(error as Error).message})`;
    return [
      { property: `${property}.key`, value: key, expected, fix: "set ssmParameter, secretId, file or environment" },
    ];
  }
}
