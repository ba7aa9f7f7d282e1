import { readFile } from "node:fs/promises";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { awsClient } from "../../aws/client";
import { awsFailureOf } from "../../aws/failure";
import { withoutKeys } from "../key-material";
import { describeKeyReference, type KeyReference } from "./key-reference";
import { type KeyText, readKeyText } from "./key-text";

export interface ResolveKeyOptions {
  /** AWS region of the parameter or secret. @default the one the AWS SDK finds: AWS_REGION, or the profile's */
  readonly region?: string;
  /** Profile of the AWS credentials. @default what the AWS SDK finds, including AWS_PROFILE */
  readonly profile?: string;
}

/**
 * Reads the private key of a reference as PEM text.
 *
 * @throws an error that names the reference and the next step, never the value
 */
export async function resolveKey(reference: KeyReference, options: ResolveKeyOptions = {}): Promise<string> {
  const text = await readText(reference, options).catch((error: unknown) => {
    throw unreadable(reference, error);
  });
  const read = typeof text === "object" ? text : readKeyText(text ?? "");
  if ("pem" in read) return read.pem;
  throw new Error(
    `${describeKeyReference(reference)} ${read.problem}: expected an unencrypted RSA private key as PEM text, ${read.fix}`,
  );
}

type Stored = string | undefined | Extract<KeyText, { problem: string }>;

async function readText(reference: KeyReference, options: ResolveKeyOptions): Promise<Stored> {
  if ("ssmParameter" in reference) {
    return readParameter(reference.ssmParameter, options);
  }
  if ("secretId" in reference) {
    return readSecret(reference.secretId, options);
  }
  return "file" in reference ? readFile(reference.file, "utf8") : process.env[reference.environment];
}

async function readParameter(name: string, options: ResolveKeyOptions): Promise<string | undefined> {
  const ssm = awsClient(SSMClient, options.region, options.profile);
  try {
    const answer = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return answer.Parameter?.Value;
  } finally {
    ssm.destroy();
  }
}

/** Instances read only text (`--query SecretString`), so a binary secret would fail there. */
const BINARY = { problem: "contains binary data", fix: "store the PEM text: --secret-string file://key.pem" };

async function readSecret(id: string, options: ResolveKeyOptions): Promise<Stored> {
  const secrets = awsClient(SecretsManagerClient, options.region, options.profile);
  try {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId: id }));
    return answer.SecretString ?? (answer.SecretBinary && BINARY);
  } finally {
    secrets.destroy();
  }
}

function unreadable(reference: KeyReference, error: unknown): Error {
  const said = withoutKeys(awsFailureOf(error)?.message ?? (error instanceof Error ? error.message : String(error)));
  return new Error(`${describeKeyReference(reference)} cannot be read (${said}): ${fix(reference, error)}`, {
    cause: error,
  });
}

function fix(reference: KeyReference, error: unknown): string {
  if ("file" in reference) return "check the path, and that this user may read the file";
  const ssm = "ssmParameter" in reference;
  if (isDenied(error)) {
    return `allow ${ssm ? "ssm:GetParameter" : "secretsmanager:GetSecretValue"} on it for this identity, and kms:Decrypt on its key`;
  }
  const failure = awsFailureOf(error);
  if (failure?.cause === "not-found") {
    return `create it with the key's PEM text${ssm ? " as a SecureString" : ""}, or check name and region`;
  }
  return failure?.fix ?? "check the AWS credentials, the region and the network";
}

/** Error names if the KMS key that encrypts the value refuses, for example because it is disabled. */
const KMS = /^(KMS|InvalidKeyId$|DecryptionFailure$)/;

/** Whether access was denied; by the error's name, because AWS's messages differ. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && (awsFailureOf(error)?.cause === "denied" || KMS.test(error.name));
}
