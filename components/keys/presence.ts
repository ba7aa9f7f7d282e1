import { access, constants } from "node:fs/promises";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { awsClient } from "../aws-client";
import { messageOf } from "../aws-failure";
import { describeKeyReference, type KeyReference } from "./key-reference";
import type { ResolveKeyOptions } from "./resolve";

/**
 * Makes sure that a key is where its reference says, without reading it: whoever deploys a group need not be allowed to
 * decrypt the key that its instances use.
 *
 * @throws an error that names the reference where nothing is there
 */
export async function assertKeyPresent(reference: KeyReference, options: ResolveKeyOptions): Promise<void> {
  try {
    await look(reference, options);
  } catch (error) {
    throw new Error(`${describeKeyReference(reference)} is not there: ${messageOf(error)}`, { cause: error });
  }
}

async function look(reference: KeyReference, { region, profile }: ResolveKeyOptions): Promise<void> {
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
