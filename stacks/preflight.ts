import { DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";
import { awsClient } from "../aws/client";
import { messageOf } from "../aws/failure";
import { createChefClient } from "../chef/client";
import { checkStoredKey } from "../chef/keys/presence";
import { resolveKey } from "../chef/keys/resolve";
import { raise, type ValidationIssue } from "../components/validation/issues";
import { checkPacker } from "../packer";
import type { FleetConfig } from "./fleet-config";

/** Where AWS is asked, and with whose credentials: those that the provider has too. */
interface AwsPlace {
  readonly region: string;
  readonly profile?: string;
}

const KEY_WAY_OUT = "put the key there, or name the place where it is";

/**
 * Tries what the program relies on, before anything is created: Packer where there is a bake, the Chef server and its
 * keys, the images by id. Switched off with `chef-autoscaling:preflight: false`, for reviews on machines that reach none of these.
 *
 * @throws RunError with all that failed, each with its setting and the way out
 */
export async function preflight(config: FleetConfig): Promise<void> {
  const settings = new pulumi.Config("aws");
  const place = { region: settings.require("region"), profile: settings.get("profile") };
  const checks = [
    packerIssues(config),
    chefIssues(config, place),
    validatorIssues(config, place),
    imageIssues(config, place),
  ];
  raise(`Stack "${pulumi.getStack()}", before anything is created,`, (await Promise.all(checks)).flat());
}

async function packerIssues({ imageId, bake }: FleetConfig): Promise<ValidationIssue[]> {
  if (imageId || !bake) return [];
  const fix = "install Packer, or give a ready image with -c imageId=ami-…";
  const found = await attempt("bake", "packer on PATH", "Packer 1.6.6 or newer", fix, async () => checkPacker());
  return "issue" in found ? [found.issue] : [];
}

async function chefIssues({ chef }: FleetConfig, place: AwsPlace): Promise<ValidationIssue[]> {
  const { serverUrl, caPem, operator } = chef;
  const expected = `the private key of "${operator.name}"`;
  const found = await attempt("chef.operator.key", operator.key, expected, KEY_WAY_OUT, () =>
    resolveKey(operator.key, place),
  );
  if ("issue" in found) return [found.issue];
  const fix = "check 'chef.serverUrl', and that 'chef.operator' names the client whose key this is";
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
      `the key of "${validator.name}" is there, but these AWS credentials may not read it, so that nobody has looked whether it can be used`,
    );
  }
  return "issue" in found ? [found.issue] : [];
}

async function imageIssues({ imageId, bake }: FleetConfig, place: AwsPlace): Promise<ValidationIssue[]> {
  const baseImageId = bake && "id" in bake.baseImage ? bake.baseImage.id : undefined;
  const [property, id] = imageId ? ["imageId", imageId] : ["bake.baseImage.id", baseImageId];
  if (!id) return [];
  const fix = "name one that `aws ec2 describe-images` shows in this account and region";
  const found = await attempt(property as string, id, `an image in ${place.region}`, fix, async () => {
    const { Images } = await awsClient(EC2Client, place.region, place.profile).send(
      new DescribeImagesCommand({ ImageIds: [id] }),
    );
    if (!Images?.length) throw new Error("no such image");
  });
  return "issue" in found ? [found.issue] : [];
}

/** What a check found, or the mistake that its failure is. */
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
    return { issue: { property, value, expected: `${expected} (${messageOf(error)})`, fix } };
  }
}
