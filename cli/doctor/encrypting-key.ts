import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { awsClient } from "../../aws/client";
import { type KeyReference, storedInAws } from "../../chef/keys";
import type { StoredSecret } from "../../packer";
import { describeError } from "../command/describe-error";
import { type Check, failed, skipped } from "./check";

/** Something stored, with what AWS says of its encryption. */
export interface Seen {
  /** With its ARN, where AWS told it, and the customer-managed key that encrypts it, where one does. */
  readonly secret: StoredSecret;
  /** What is to be said about that key: that it cannot be used, or that nobody could look. */
  readonly checks: readonly Check[];
}

/** Where a key or secret is kept, as far as that is in AWS. */
export function storedIn(what: string, key: KeyReference | undefined): StoredSecret | undefined {
  const stored = key && storedInAws(key);
  return stored && { what, ...stored };
}

/**
 * Which customer-managed KMS key encrypts something. Whoever reads it needs to decrypt with that key too; AWS's own keys let in everybody who may
 * use the service.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
export async function withItsKey(secret: StoredSecret, region: string | undefined): Promise<Seen> {
  try {
    const { arn = secret.id, keyId } = await (secret.source === "ssm" ? parameter : secretOf)(secret.id, region);
    if (keyId === undefined || isOfAws(keyId)) return { secret, checks: [] };
    const { KeyMetadata } = await awsClient(KMSClient, region).send(new DescribeKeyCommand({ KeyId: keyId }));
    const { Arn: kmsKeyArn, KeyManager, KeyState } = KeyMetadata ?? {};
    if (KeyManager === "AWS" || kmsKeyArn === undefined) return { secret, checks: [] };
    const checks = KeyState === undefined || KeyState === "Enabled" ? [] : [unusable(secret, kmsKeyArn, KeyState)];
    return { secret: { ...secret, id: arn, kmsKeyArn }, checks };
  } catch (error) {
    const message = `which KMS key encrypts ${secret.what} could not be looked at: ${describeError(error)}`;
    return { secret, checks: [skipped(NAME, message)] };
  }
}

const NAME = "encryption";

interface Described {
  readonly arn?: string;
  readonly keyId?: string;
}

async function parameter(id: string, region: string | undefined): Promise<Described> {
  // Of one without folders the ARN has no first slash, whether the name has one or not
  const name = id.startsWith("arn:") ? id.slice(id.indexOf(":parameter/") + ":parameter".length) : id;
  const Values = [...new Set([name, name.replace(/^\/(?=[^/]+$)/, "")])];
  const request = { ParameterFilters: [{ Key: "Name", Option: "Equals", Values }] };
  const { Parameters: [found] = [] } = await awsClient(SSMClient, region).send(new DescribeParametersCommand(request));
  return { arn: found?.ARN, keyId: found?.KeyId };
}

async function secretOf(SecretId: string, region: string | undefined): Promise<Described> {
  const found = await awsClient(SecretsManagerClient, region).send(new DescribeSecretCommand({ SecretId }));
  return { arn: found.ARN, keyId: found.KmsKeyId };
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key */
function isOfAws(keyId: string): boolean {
  return /(^|:)alias\/aws\//.test(keyId);
}

function unusable({ what }: StoredSecret, key: string, state: string): Check {
  const fix = state === "Disabled" ? `aws kms enable-key --key-id ${key}` : "look at it: aws kms describe-key";
  return failed(NAME, `the KMS key of ${what} is ${state}: ${key}`, fix);
}
