import type * as pulumi from "@pulumi/pulumi";
import { type KeyReference, parseKeyReference, storedInAws } from "../../chef/keys/key-reference";
import type { ValidationIssue } from "../validation/issues";

/** The shared secret of encrypted data bags. */
export interface DataBagSecret {
  /** SSM parameter or Secrets Manager secret that holds it; an instance reads it with its own role. */
  readonly secret: KeyReference;
  /** ARN of the customer-managed KMS key that encrypts it. @default AWS's own */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

const PROPERTY = "chef.dataBagSecret";

export function dataBagSecretIssues(given: DataBagSecret | undefined): ValidationIssue[] {
  if (given === undefined) return [];
  const expected = "the place of the secret, in SSM Parameter Store or Secrets Manager";
  const fix = "say 'secret' with 'ssmParameter' or 'secretId'";
  try {
    const reference = parseKeyReference(given?.secret, "secret");
    if (storedInAws(reference)) return [];
    return [{ property: `${PROPERTY}.secret`, value: reference, expected, fix }];
  } catch (error) {
    const value = (error as Error).message;
    return [{ property: `${PROPERTY}.secret`, value, expected, fix }];
  }
}
