import type { ChefIdentity } from "./chef-connection";
import { holdsKey } from "../../chef/key-material";
import { type KeyReference, PASTED, parseKeyReference } from "../../chef/keys/key-reference";
import type { Mistake } from "../validation/mistakes";

/** What is wrong with a client of the Chef server and the place of its key. @param property its path, such as `chef.operator` */
export function identityMistakes(identity: ChefIdentity | undefined, property: string): Mistake[] {
  if (typeof identity !== "object" || identity === null) {
    const wayOut = "give 'name', and under 'key' where its key is kept";
    return [{ property, value: identity, expected: "a client of the Chef server and the place of its key", wayOut }];
  }
  const pasted = pastedKeys(identity, property);
  if (pasted.length > 0) return pasted;
  const { name, key, kmsKeyArn } = identity;
  return [...nameMistakes(name, property), ...keyMistakes(key, property), ...kmsKeyMistakes(kmsKeyArn, property)];
}

/** Every text in a value, and every name of a member, that is a key where none belongs. */
export function pastedKeys(value: unknown, property: string): Mistake[] {
  if (typeof value === "string") return holdsKey(value) ? [pasted(property)] : [];
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value);
  const names = members.some(([name]) => holdsKey(name)) ? [pasted(property)] : [];
  return [
    ...names,
    ...members.flatMap(([name, member]) => (holdsKey(name) ? [] : pastedKeys(member, `${property}.${name}`))),
  ];
}

function pasted(property: string): Mistake {
  return { property, value: "PRIVATE KEY", expected: "no key, but the place where it is kept", wayOut: PASTED };
}

function nameMistakes(name: unknown, property: string): Mistake[] {
  if (typeof name === "string" && /^[A-Za-z0-9_.-]{1,255}$/.test(name)) return [];
  const wayOut = "name the client or user as `knife client list` shows it";
  return [
    { property: `${property}.name`, value: name, expected: "letters, digits, dots, dashes, underscores", wayOut },
  ];
}

function keyMistakes(key: KeyReference, property: string): Mistake[] {
  try {
    parseKeyReference(key, "key");
    return [];
  } catch (error) {
    const expected = `where the key is kept (${(error as Error).message})`;
    return [
      { property: `${property}.key`, value: key, expected, wayOut: "say ssmParameter, secretId, file or environment" },
    ];
  }
}

/** @param property of what the key encrypts */
export function kmsKeyMistakes(arn: unknown, property: string): Mistake[] {
  if (arn === undefined || (typeof arn === "string" && /^arn:[^:]+:kms:[^:]*:[^:]*:key\/.+/.test(arn))) return [];
  const wayOut = "give the KMS key's ARN, not its name or id";
  return [{ property: `${property}.kmsKeyArn`, value: arn, expected: "the ARN of a KMS key", wayOut }];
}
