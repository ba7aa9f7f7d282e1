import { isServerUrl, withoutPassword } from "./chef/connection-options";
import type { KeyReference } from "./keys/key-reference";
import type { Mistake } from "./mistakes";

/** A Chef API client (or user) and the place its private key is read from when it is needed. */
export interface ChefIdentity {
  /** Name under which the Chef server knows it. */
  readonly name: string;
  /** Where the PEM private key is kept; the key itself never enters a program, a state file or a log. */
  readonly key: KeyReference;
  /** ARN of the customer-managed KMS key that encrypts it; whoever reads the key is permitted to decrypt with it. @default AWS's own */
  readonly kmsKeyArn?: string;
}

/** How instances, the reaper and the cleanup reach one Chef Infra Server. */
export interface ChefConnection {
  /** Base URL, with `/organizations/<name>` where the server has organizations. */
  readonly serverUrl: string;
  /** PEM certificates that signed the server's own; a function's environment, 4 KB, has room for one or two. @default the system's certificate authorities */
  readonly caPem?: string;
  /** Registers new nodes. Instances of a group read its key at boot, so only SSM Parameter Store or Secrets Manager will do there; a bake takes any. */
  readonly validator: ChefIdentity;
  /** Deletes nodes and clients; needs read and delete on both. */
  readonly operator: ChefIdentity;
}

/**
 * What is wrong with a connection for a group.
 *
 * @param reapedInAws whether a function or service of AWS deletes the nodes, rather than a worker on a machine of yours
 */
export function connectionMistakes(
  { serverUrl, validator, operator }: ChefConnection,
  reapedInAws: boolean,
): Mistake[] {
  const wrong: Mistake[] = [];
  if (!isServerUrl(serverUrl)) {
    const expected = "an http(s) URL without a password";
    const wayOut = "write it as https://chef.example.com/organizations/acme";
    wrong.push({ property: "chef.serverUrl", value: withoutPassword(serverUrl), expected, wayOut });
  }
  if (!isReadInAws(validator.key)) wrong.push(keyOutOfReach("validator", validator.key));
  if (reapedInAws && !isReadInAws(operator.key)) wrong.push(keyOutOfReach("operator", operator.key));
  return wrong;
}

/** Whether an instance or a function can read a key with its own role. */
export function isReadInAws(key: KeyReference): boolean {
  return "ssmParameter" in key || "secretId" in key;
}

/** The mistake of a key on this machine that something in AWS would have to read. */
export function keyOutOfReach(identity: "validator" | "operator", key: KeyReference): Mistake {
  const expected = `a key that ${identity === "validator" ? "an instance" : "the reaper's function"} can read`;
  const wayOut = "put the key into SSM Parameter Store or Secrets Manager and say ssmParameter or secretId";
  return { property: `chef.${identity}.key`, value: key, expected, wayOut };
}
