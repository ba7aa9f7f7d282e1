import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Image } from "@aws-sdk/client-ec2";
import type { Architecture } from "../../aws/instance-architecture";
import { TAG } from "../../contract/image-tags";
import type { NotKnown, Origin, Origins } from "./origins";

/** An image that only AWS can say more of: by its id, or by the parameter that holds it. */
export interface ImageId {
  readonly id?: string;
  readonly parameter?: string;
  readonly region?: string;
}

/**
 * The image that a text names: an id, or a parameter that EC2 resolves, by name or ARN, with or without a version.
 *
 * @returns none where the text is unknown, or names no image
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
 */
export function imagesNamed(text: string | undefined, region: string | undefined): ImageId[] {
  if (text?.startsWith("ami-")) return [{ id: text, region }];
  const reference = /^resolve:ssm:(.+)$/.exec(text ?? "")?.[1];
  if (reference === undefined) return [];
  const arn = /^arn:[^:]*:ssm:([^:]*):[^:]*:parameter(\/[^:]+)/.exec(reference);
  if (arn === null) return [{ parameter: reference.split(":")[0], region }];
  // The ARN of 'name' ends in parameter/name, and that of '/a/name' in parameter/a/name.
  const path = arn[2] as string;
  const parameter = path.indexOf("/", 1) < 0 ? path.slice(1) : path;
  return [{ parameter, region: arn[1] || region }];
}

/** One question per image or parameter and run of the pack, however many templates and rules want to know. */
const asked = new Map<string, Promise<unknown>>();

/** Longest wait for an answer of AWS's, in milliseconds, credentials and all: a review must not hang on it. */
const PATIENCE_MS = 5000;

/**
 * Reads what an image says of its bake: its tags, and what EC2 knows itself.
 *
 * @param mayAsk whether AWS may be asked at all
 */
export async function imageTags(image: ImageId, mayAsk: boolean): Promise<Origins> {
  const refused = whyNot(mayAsk);
  if (refused !== undefined) return refused;
  const { parameter: name, region } = image;
  const id = name === undefined ? image.id : await once(`${region} ssm:${name}`, () => askForParameter(name, region));
  if (typeof id !== "string") return id ?? REVIEW_THERE;
  return once(`${region} ${id}`, () => askForImage(id, region));
}

const REVIEW_THERE: NotKnown = { reason: "it has no id", fix: "compare the types by hand" };

const WITH_CREDENTIALS = "compare the types by hand, or review with credentials for ec2:DescribeImages";

function whyNot(mayAsk: boolean): NotKnown | undefined {
  if (!mayAsk) {
    const fix = "compare the types by hand, or leave 'readImages' on";
    return { reason: "'readImages' is off, so its tags were not read", fix };
  }
  if (hasCredentials()) return undefined;
  return { reason: "there are no AWS credentials here to read its tags with", fix: WITH_CREDENTIALS };
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
  const request = new DescribeImagesCommand({ ImageIds: [imageId], IncludeDeprecated: true });
  const answer = await inTime("EC2", region, (abortSignal) => client.send(request, { abortSignal }));
  client.destroy();
  if ("reason" in answer) return answer;
  const image = answer.Images?.[0];
  const fix = "correct the id or the region, or review with credentials of the account that owns it";
  if (image === undefined) return { reason: `EC2 does not show it to this account${inRegion(region)}`, fix };
  return [fromImage(imageId, image)];
}

async function askForParameter(name: string, region: string | undefined): Promise<string | NotKnown> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(settings(region));
  const request = new GetParameterCommand({ Name: name });
  const answer = await inTime("SSM", region, (abortSignal) => client.send(request, { abortSignal }));
  client.destroy();
  if ("reason" in answer) return { ...answer, reason: `${answer.reason} what the parameter '${name}' holds` };
  return answer.Parameter?.Value ?? { reason: `the parameter '${name}' is empty`, fix: "put an image's id into it" };
}

/** The answer, or why there is none; the wait for credentials counts, which the SDK itself does not bound. */
async function inTime<Answer extends object>(
  service: string,
  region: string | undefined,
  send: (abort: AbortSignal) => Promise<Answer>,
): Promise<Answer | NotKnown> {
  const over = new AbortController();
  const { signal } = over;
  const reason = `${service} did not answer in ${PATIENCE_MS / 1000} s${inRegion(region)} and so did not tell`;
  try {
    const late = { reason, fix: WITH_CREDENTIALS };
    return await Promise.race([send(signal), setTimeout(PATIENCE_MS, late, { signal })]);
  } catch (error) {
    return {
      reason: `${service} did not tell${inRegion(region)} (${(error as Error).message})`,
      fix: WITH_CREDENTIALS,
    };
  } finally {
    over.abort();
  }
}

function inRegion(region: string | undefined): string {
  return region === undefined ? "" : ` in '${region}'`;
}

function settings(region: string | undefined) {
  const requestHandler = { connectionTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS, throwOnRequestTimeout: true };
  return { ...(region && { region }), maxAttempts: 1, requestHandler };
}

function fromImage(imageId: string, image: Image): Origin {
  const tags = Object.fromEntries((image.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  const instanceType = tags[TAG.instanceType];
  const reason = `it has no tag '${TAG.instanceType}'`;
  const fix = "compare the types by hand, or tag the image with the type that baked it";
  return {
    source: `the tags of '${imageId}'`,
    instanceType,
    untold: instanceType ? undefined : { reason, fix },
    architecture: (tags[TAG.architecture] ?? image.Architecture) as Architecture | undefined,
    imdsSupport: image.ImdsSupport,
    encrypted: image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName)?.Ebs?.Encrypted,
  };
}
