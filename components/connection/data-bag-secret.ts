import type { KeyReference } from "../../chef/keys/key-reference";
import { parseKeyReference } from "../../chef/keys/key-reference";
import type { Mistake } from "../validation/mistakes";
import { kmsKeyMistakes } from "./identity";

/** The shared secret of encrypted data bags. */
export interface DataBagSecret {
  /** SSM parameter or Secrets Manager secret that holds it; an instance reads it with its own role. */
  readonly secret: KeyReference;
  /** ARN of the customer-managed KMS key that encrypts it. @default AWS's own */
  readonly kmsKeyArn?: string;
}

const PROPERTY = "chef.dataBagSecret";

export function dataBagSecretMistakes(given: DataBagSecret | undefined): Mistake[] {
  if (given === undefined) return [];
  const expected = "the place of the secret, in SSM Parameter Store or Secrets Manager";
  const wayOut = "say 'secret' with 'ssmParameter' or 'secretId'";
  try {
    const reference = parseKeyReference(given?.secret, "secret");
    if ("ssmParameter" in reference || "secretId" in reference) return kmsKeyMistakes(given.kmsKeyArn, PROPERTY);
    return [{ property: `${PROPERTY}.secret`, value: reference, expected, wayOut }];
  } catch (error) {
    const value = (error as Error).message;
    return [{ property: `${PROPERTY}.secret`, value, expected, wayOut }];
  }
}
