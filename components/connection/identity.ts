import { type KeyReference, parseKeyReference } from "../../chef/keys/key-reference";
import type { ValidationIssue } from "../validation/issues";
import { pastedKeys } from "../validation/pasted-keys";
import type { ChefIdentity } from "./chef-connection";

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
  const { name, key, kmsKeyArn } = identity;
  return [...nameIssues(name, property), ...keyIssues(key, property), ...kmsKeyIssues(kmsKeyArn, property)];
}

function nameIssues(name: unknown, property: string): ValidationIssue[] {
  if (typeof name === "string" && /^[A-Za-z0-9_.-]{1,255}$/.test(name)) return [];
  const fix = "use the name of the client or user that `knife client list` shows";
  return [{ property: `${property}.name`, value: name, expected: "letters, digits, dots, dashes, underscores", fix }];
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

/** @param property path of what the key encrypts */
export function kmsKeyIssues(arn: unknown, property: string): ValidationIssue[] {
  if (arn === undefined || (typeof arn === "string" && /^arn:[^:]+:kms:[^:]*:[^:]*:key\/.+/.test(arn))) return [];
  const fix = "give the KMS key's ARN, not its name or id";
  return [{ property: `${property}.kmsKeyArn`, value: arn, expected: "the ARN of a KMS key", fix }];
}
