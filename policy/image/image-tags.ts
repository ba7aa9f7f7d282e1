import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Image } from "@aws-sdk/client-ec2";
import type { Architecture } from "./instance-family";
import type { NoOrigin, Origin } from "./origin";

/** One question per image and run of the pack, however many templates and rules want to know. */
const asked = new Map<string, Promise<Origin | NoOrigin>>();

/** Longest wait for EC2's answer, in milliseconds: a review must not hang on it. */
const PATIENCE_MS = 5000;

/**
 * Reads what an image says of its bake: its tags, and what EC2 knows itself.
 *
 * @param mayAsk whether AWS may be asked at all
 */
export function imageTags(imageId: string, region: string | undefined, mayAsk: boolean): Promise<Origin | NoOrigin> {
  if (!mayAsk) return Promise.resolve({ reason: "'readImages' is off, so its tags were not read" });
  if (!hasCredentials()) return Promise.resolve({ reason: "there are no AWS credentials here to read its tags with" });
  const key = `${region} ${imageId}`;
  const answer = asked.get(key) ?? ask(imageId, region);
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

async function ask(imageId: string, region: string | undefined): Promise<Origin | NoOrigin> {
  const { DescribeImagesCommand, EC2Client } = await import("@aws-sdk/client-ec2");
  const requestHandler = { connectionTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS };
  const client = new EC2Client({ ...(region && { region }), maxAttempts: 1, requestHandler });
  try {
    const { Images = [] } = await client.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
    return Images[0] === undefined ? { reason: "EC2 does not show it to this account" } : fromImage(imageId, Images[0]);
  } catch (error) {
    return { reason: `EC2 did not tell: ${(error as Error).message}` };
  } finally {
    client.destroy();
  }
}

function fromImage(imageId: string, image: Image): Origin | NoOrigin {
  const tags = Object.fromEntries((image.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  const instanceType = tags["chef-autoscaling:instance-type"];
  if (instanceType === undefined) return { reason: "it has no tag 'chef-autoscaling:instance-type'" };
  const architecture = tags["chef-autoscaling:architecture"] ?? image.Architecture;
  return {
    source: `the tags of '${imageId}'`,
    instanceType,
    architecture: architecture as Architecture | undefined,
    region: tags["chef-autoscaling:region"],
    imdsSupport: image.ImdsSupport,
    encrypted: image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName)?.Ebs?.Encrypted,
  };
}
