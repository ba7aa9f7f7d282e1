import { DescribeImagesCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";
import { awsClient } from "../aws/client";
import { type AwsCause, awsFailureOf, messageOf } from "../aws/failure";
import { createChefClient } from "../chef/client";
import { checkStoredKey } from "../chef/keys/presence";
import { resolveKey } from "../chef/keys/resolve";
import { inWords, raise, type ValidationIssue } from "../components/validation/issues";
import { checkPacker } from "../packer";
import type { FleetConfig } from "./fleet-config";

/** Region and credentials of AWS calls, the same as the provider's. */
interface AwsPlace {
  readonly region: string;
  readonly profile?: string;
}

const KEY_WAY_OUT = "or give the place where it is stored";

/**
 * Checks what the program relies on, before anything is created: Packer if there is a bake, the Chef server and its keys, images by id, and
 * the default VPC if it is needed. Turned off by `chef-autoscaling:preflight: false`, for reviews on machines without access to these.
 *
 * @throws RunError with all failed checks, each with its setting and what to do
 */
export async function preflight(config: FleetConfig): Promise<void> {
  const settings = new pulumi.Config("aws");
  const place = { region: settings.require("region"), profile: settings.get("profile") };
  const checks = [
    packerIssues(config),
    chefIssues(config, place),
    validatorIssues(config, place),
    imageIssues(config, place),
    networkIssues(config, place),
  ];
  raise(`Stack "${pulumi.getStack()}", before anything is created,`, onceOfAws((await Promise.all(checks)).flat()));
}

/** If AWS itself cannot be reached, every check fails, which is reported once. */
function onceOfAws(issues: readonly ValidationIssue[]): ValidationIssue[] {
  const [first, ...others] = issues.filter(({ property }) => property.startsWith("aws:"));
  return issues.filter((issue) => issue === first || !others.includes(issue));
}

async function packerIssues({ imageId, bake }: FleetConfig): Promise<ValidationIssue[]> {
  if (imageId || !bake) return [];
  const fix = "or give an existing image with -c imageId=ami-…";
  const found = await attempt("bake", inWords("given"), "a Packer that can bake", fix, async () => checkPacker());
  return "issue" in found ? [found.issue] : [];
}

async function chefIssues({ chef }: FleetConfig, place: AwsPlace): Promise<ValidationIssue[]> {
  const { serverUrl, caPem, operator } = chef;
  const expected = `the private key of "${operator.name}"`;
  const found = await attempt("chef.operator.key", operator.key, expected, KEY_WAY_OUT, () =>
    resolveKey(operator.key, place),
  );
  if ("issue" in found) return [found.issue];
  const fix = "check the server in 'chef.serverUrl', and the client and its key in 'chef.operator'";
  const answer = await attempt("chef.serverUrl", serverUrl, "a Chef server that accepts 'chef.operator'", fix, () =>
    createChefClient({ serverUrl, caPem, clientName: operator.name, key: found.value }).getClient(operator.name),
  );
  return "issue" in answer ? [answer.issue] : [];
}

async function validatorIssues({ chef: { validator } }: FleetConfig, place: AwsPlace): Promise<ValidationIssue[]> {
  const expected = `the private key of "${validator.name}"`;
  const found = await attempt("chef.validator.key", validator.key, expected, KEY_WAY_OUT, () =>
    checkStoredKey(validator.key, place),
  );
  if ("value" in found && !found.value) {
    await pulumi.log.warn(
      `the key of "${validator.name}" exists, but these AWS credentials may not read it, so it was not checked`,
    );
  }
  return "issue" in found ? [found.issue] : [];
}

async function imageIssues({ imageId, bake }: FleetConfig, place: AwsPlace): Promise<ValidationIssue[]> {
  const baseImageId = bake && "id" in bake.baseImage ? bake.baseImage.id : undefined;
  const [property, id] = imageId ? ["imageId", imageId] : ["bake.baseImage.id", baseImageId];
  if (!id) return [];
  const fix = "use one that `aws ec2 describe-images` shows in this account and region";
  const found = await attempt(property as string, id, `an image in ${place.region}`, fix, async () => {
    const { Images } = await awsClient(EC2Client, place.region, place.profile).send(
      new DescribeImagesCommand({ ImageIds: [id] }),
    );
    if (!Images?.length) throw new Error("no such image");
  });
  return "issue" in found ? [found.issue] : [];
}

/**
 * Availability zones alone, and a bake without a subnet, mean the default VPC, which not every account has. Without permission to check,
 * AWS reports it later.
 */
async function networkIssues({ imageId, bake, groups }: FleetConfig, place: AwsPlace): Promise<ValidationIssue[]> {
  const zones = Object.entries(groups).find(([, { availabilityZones, subnetIds }]) => availabilityZones && !subnetIds);
  const bakes = bake && !imageId && !bake.subnetId;
  if (!zones && !bakes) return [];
  const [property, value, fix] = zones
    ? [`groups.${zones[0]}.availabilityZones`, zones[1].availabilityZones, "set 'subnetIds' instead"]
    : ["bake.subnetId", undefined, "set 'subnetId'"];
  const lists = `${fix}, which 'aws ec2 describe-subnets --region ${place.region}' lists`;
  const found = await attempt(property as string, value, "a default VPC to launch in", lists, async () => {
    if (!(await hasDefaultVpc(place))) throw new Error(`this account has none in ${place.region}`);
  });
  return "issue" in found ? [found.issue] : [];
}

async function hasDefaultVpc({ region, profile }: AwsPlace): Promise<boolean> {
  const Filters = [{ Name: "is-default", Values: ["true"] }];
  try {
    const { Vpcs = [] } = await awsClient(EC2Client, region, profile).send(new DescribeVpcsCommand({ Filters }));
    return Vpcs.length > 0;
  } catch (error) {
    if (awsFailureOf(error)?.cause === "denied") return true;
    throw error;
  }
}

/** The result of a check, or its failure as a mistake. */
async function attempt<T>(
  property: string,
  value: unknown,
  expected: string,
  fix: string,
  check: () => Promise<T>,
): Promise<{ value: T } | { issue: ValidationIssue }> {
  try {
    return { value: await check() };
  } catch (error) {
    return { issue: issueOfAws(error) ?? { property, value, expected: `${expected}, but ${messageOf(error)}`, fix } };
  }
}

/** Causes that affect every call: the credentials, or the connection to AWS. */
const OF_THE_LOGIN: readonly AwsCause[] = ["no-credentials", "expired", "not-accepted", "clock"];
const OF_THE_WAY: readonly AwsCause[] = ["unknown-host", "unreachable"];

function issueOfAws(error: unknown): ValidationIssue | undefined {
  const failure = awsFailureOf(error) ?? awsFailureOf((error as Error).cause);
  if (!failure) return undefined;
  const { cause, message } = failure;
  const settings = new pulumi.Config("aws");
  if (OF_THE_WAY.includes(cause)) {
    const expected = `a response from AWS there, but ${message}`;
    return { property: "aws:region", value: settings.get("region"), expected, fix: failure.fix };
  }
  if (!OF_THE_LOGIN.includes(cause)) return undefined;
  const value = settings.get("profile") ?? inWords("not set");
  const expected = `credentials that AWS accepts, but ${message}`;
  return { property: "aws:profile", value, expected, fix: cause === "no-credentials" ? LOG_IN : failure.fix };
}

const LOG_IN =
  "log in to AWS, so that 'aws sts get-caller-identity' works, or set a profile: pulumi config set aws:profile NAME";
