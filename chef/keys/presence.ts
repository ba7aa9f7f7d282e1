import { access, constants } from "node:fs/promises";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { awsClient } from "../../aws/client";
import { messageOf } from "../../aws/failure";
import { describeKeyReference, type KeyReference } from "./key-reference";
import { isDenied, type ResolveKeyOptions, resolveKey } from "./resolve";

/**
 * Checks that a reference leads to a usable key. Whoever deploys a group need not be allowed to decrypt the key that its instances use; in
 * that case, only its existence is checked.
 *
 * @returns whether it was read
 * @throws an error that names the reference, and what is stored there instead of a key
 */
export async function checkStoredKey(reference: KeyReference, options: ResolveKeyOptions): Promise<boolean> {
  try {
    await resolveKey(reference, options);
    return true;
  } catch (error) {
    if (!isDenied((error as Error).cause)) throw error;
    await assertKeyPresent(reference, options);
    return false;
  }
}

async function assertKeyPresent(reference: KeyReference, options: ResolveKeyOptions): Promise<void> {
  try {
    await requireStored(reference, options);
  } catch (error) {
    throw new Error(`${describeKeyReference(reference)} does not exist: ${messageOf(error)}`, { cause: error });
  }
}

async function requireStored(reference: KeyReference, { region, profile }: ResolveKeyOptions): Promise<void> {
  if ("ssmParameter" in reference) {
    await awsClient(SSMClient, region, profile).send(
      new GetParameterCommand({ Name: reference.ssmParameter, WithDecryption: false }),
    );
  } else if ("secretId" in reference) {
    await awsClient(SecretsManagerClient, region, profile).send(
      new DescribeSecretCommand({ SecretId: reference.secretId }),
    );
  } else if ("file" in reference) {
    await access(reference.file, constants.R_OK);
  } else if (!process.env[reference.environment]) {
    throw new Error("the variable is not set");
  }
}
