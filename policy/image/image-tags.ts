import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Image } from "@aws-sdk/client-ec2";
import type { Architecture } from "./instance-family";
import type { NoOrigin, Origin, Origins } from "./origins";

/** One question per image or parameter and run of the pack, however many templates and rules want to know. */
const asked = new Map<string, Promise<unknown>>();

/** Longest wait for EC2's answer, in milliseconds: a review must not hang on it. */
const PATIENCE_MS = 5000;

/**
 * Reads what an image says of its bake: its tags, and what EC2 knows itself.
 *
 * @param mayAsk whether AWS may be asked at all
 */
export async function imageTags(imageId: string, region: string | undefined, mayAsk: boolean): Promise<Origins> {
  return whyNot(mayAsk) ?? once(`${region} ${imageId}`, () => askForImage(imageId, region));
}

/** Reads the image id that a public or own SSM parameter holds. */
export async function parameterValue(
  name: string,
  region: string | undefined,
  mayAsk: boolean,
): Promise<string | NoOrigin> {
  return whyNot(mayAsk) ?? once(`${region} ${name}`, () => askForParameter(name, region));
}

function whyNot(mayAsk: boolean): NoOrigin | undefined {
  if (!mayAsk) return { reason: "'readImages' is off, so its tags were not read" };
  return hasCredentials() ? undefined : { reason: "there are no AWS credentials here to read its tags with" };
}

function once<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> {
  const answer = (asked.get(key) as Promise<Answer> | undefined) ?? ask();
  asked.set(key, answer);
  return answer;
}

/** Without any, the SDK would look for an instance's metadata service and wait for it. */
function hasCredentials(): boolean {
  const environment = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ];
  const file = process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), ".aws", "credentials");
  return environment.some((name) => process.env[name]) || existsSync(file);
}

async function askForImage(imageId: string, region: string | undefined): Promise<Origins> {
  const { DescribeImagesCommand, EC2Client } = await import("@aws-sdk/client-ec2");
  const client = new EC2Client(settings(region));
  try {
    const { Images = [] } = await client.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
    const nobodys = { reason: `EC2 does not show it to this account${region ? ` in '${region}'` : ""}` };
    return Images[0] === undefined ? nobodys : [fromImage(imageId, Images[0])];
  } catch (error) {
    return { reason: `EC2 did not tell: ${(error as Error).message}` };
  } finally {
    client.destroy();
  }
}

async function askForParameter(name: string, region: string | undefined): Promise<string | NoOrigin> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(settings(region));
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value ?? { reason: `the parameter '${name}' is empty` };
  } catch (error) {
    return { reason: `SSM did not tell what the parameter '${name}' holds: ${(error as Error).message}` };
  } finally {
    client.destroy();
  }
}

function settings(region: string | undefined) {
  const requestHandler = { connectionTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS };
  return { ...(region && { region }), maxAttempts: 1, requestHandler };
}

function fromImage(imageId: string, image: Image): Origin {
  const tags = Object.fromEntries((image.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  const instanceType = tags["chef-autoscaling:instance-type"];
  return {
    source: `the tags of '${imageId}'`,
    instanceType,
    untold: instanceType ? undefined : "it has no tag 'chef-autoscaling:instance-type'",
    architecture: (tags["chef-autoscaling:architecture"] ?? image.Architecture) as Architecture | undefined,
    imdsSupport: image.ImdsSupport,
    encrypted: image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName)?.Ebs?.Encrypted,
  };
}
