import type { KeyReference } from "./keys/key-reference";

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
  /** PEM certificates that signed the server's own. @default the system's certificate authorities */
  readonly caPem?: string;
  /** Registers new nodes. Instances of a group read its key at boot, so only SSM Parameter Store or Secrets Manager will do there; a bake takes any. */
  readonly validator: ChefIdentity;
  /** Deletes nodes and clients; needs read and delete on both. */
  readonly operator: ChefIdentity;
}
