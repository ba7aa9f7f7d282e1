import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeLaunchConfigurationsCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeLaunchTemplateVersionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetInstanceProfileCommand, IAMClient } from "@aws-sdk/client-iam";
import { awsClient } from "../../aws/client";
import type { KeyReference } from "../../chef/keys";
import { type BootNeed, bootNeeds, bootSettings, readNeeds, type StoredSecret } from "../../packer";
import { describeError } from "../command/describe-error";
import { type Check, failed, ok, skipped } from "./check";
import { storedIn, withItsKey } from "./encrypting-key";
import { decided, LET_IT } from "./simulation";

const NAME = "instance role";

/** The part of the launch settings that concerns the instances' role. */
interface Launched {
  readonly userData: string;
  /** Name or ARN. */
  readonly profile?: string;
}

/**
 * Whether the role of a group's instances has the permissions for their first boot, including decryption with customer-managed keys, and
 * may not read the operator's key. Uses IAM's simulator; skipped without permission to use it.
 */
export async function checkInstanceRole(
  group: AutoScalingGroup,
  region: string | undefined,
  operatorKey: KeyReference | undefined,
): Promise<Check[]> {
  try {
    const { userData, profile } = await launchedBy(group, region);
    const settings = bootSettings(userData);
    if (!settings.CHEF_GROUP)
      return [skipped(NAME, "the user data is not from this package, so the permissions it needs are unknown")];
    if (!profile)
      return [failed(NAME, "the instances have no instance profile, and so no role to read the validator's key", FIX)];
    const iam = awsClient(IAMClient, region);
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: nameOf(profile) }));
    const role = InstanceProfile?.Roles?.[0];
    if (!role?.Arn) return [failed(NAME, `the instance profile '${nameOf(profile)}' has no role`, FIX)];
    const seen = await Promise.all(secretsOf(settings).map((secret) => withItsKey(secret, region)));
    const needs = needsOf(
      group,
      settings,
      seen.map(({ secret }) => secret),
    );
    const ask = (allowed: boolean) => async (need: BootNeed) => await decided(iam, String(role.Arn), need, allowed);
    const refused = (await Promise.all(needs.map(ask(false)))).flat();
    const exposed = await Promise.all((await exposure(group, settings, operatorKey, region)).map(ask(true)));
    const readsKey = exposed.length > 0 && exposed.every((allowed) => allowed.length > 0);
    return [judgeRole(String(role.RoleName), refused, readsKey), ...seen.flatMap(({ checks }) => checks)];
  } catch (error) {
    return [skipped(NAME, `it could not be checked: ${describeError(error)}`)];
  }
}

const FIX = "use a profile whose role allows this in 'instance.profileName', or leave that out";

function judgeRole(role: string, refused: readonly string[], readsOperatorKey: boolean): Check {
  if (readsOperatorKey) {
    const fix = "restrict what the role may read: with that key, anybody on an instance can delete every node";
    return failed(NAME, `'${role}' lets instances read the operator's key`, fix);
  }
  if (refused.length === 0) return ok(NAME, `'${role}' has all permissions for a first boot`);
  return failed(NAME, `'${role}' does not allow ${refused.join("; ")}`, LET_IT);
}

function secretsOf(settings: Readonly<Record<string, string>>): StoredSecret[] {
  const secrets = [
    secretOf("the validator's key", settings.CHEF_VALIDATOR_KEY_SOURCE, settings.CHEF_VALIDATOR_KEY_ID),
    secretOf("the data bag secret", settings.CHEF_DATA_BAG_SECRET_SOURCE, settings.CHEF_DATA_BAG_SECRET_ID),
  ];
  return secrets.filter((one) => one !== undefined);
}

function secretOf(what: string, source: string | undefined, id: string | undefined): StoredSecret | undefined {
  if (id === undefined || (source !== "ssm" && source !== "secretsmanager")) return undefined;
  return { what, source, id };
}

function needsOf(
  group: AutoScalingGroup,
  settings: Readonly<Record<string, string>>,
  secrets: readonly StoredSecret[],
): BootNeed[] {
  const groupName = String(group.AutoScalingGroupName);
  const answersHook = settings.CHEF_LAUNCH_HOOK !== undefined;
  return bootNeeds({ ...placeOf(group), groupName, answersHook, secrets });
}

/** The permissions that together allow reading the operator's key. If both clients use the same key, the instance needs them. */
async function exposure(
  group: AutoScalingGroup,
  settings: Readonly<Record<string, string>>,
  key: KeyReference | undefined,
  region: string | undefined,
): Promise<BootNeed[]> {
  const stored = storedIn("the operator's key", key);
  if (!stored || stored.id === settings.CHEF_VALIDATOR_KEY_ID) return [];
  return readNeeds((await withItsKey(stored, region)).secret, placeOf(group));
}

function placeOf({ AutoScalingGroupARN = "" }: AutoScalingGroup) {
  const [, partition = "", , region = "", accountId = ""] = AutoScalingGroupARN.split(":");
  return { partition, region, accountId };
}

async function launchedBy(group: AutoScalingGroup, region: string | undefined): Promise<Launched> {
  const template =
    group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? undefined;
  if (template) {
    const { LaunchTemplateId, Version = "$Default" } = template;
    const asked = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [Version] });
    const { LaunchTemplateVersions } = await awsClient(EC2Client, region).send(asked);
    const { UserData, IamInstanceProfile } = LaunchTemplateVersions?.[0]?.LaunchTemplateData ?? {};
    return { userData: decoded(UserData), profile: IamInstanceProfile?.Arn ?? IamInstanceProfile?.Name };
  }
  const names = [group.LaunchConfigurationName].filter((name) => name !== undefined);
  if (names.length === 0) return { userData: "" };
  const asked = new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: names });
  const { LaunchConfigurations } = await awsClient(AutoScalingClient, region).send(asked);
  const found = LaunchConfigurations?.[0];
  return { userData: decoded(found?.UserData), profile: found?.IamInstanceProfile };
}

function decoded(text = ""): string {
  return Buffer.from(text, "base64").toString();
}

function nameOf(profile: string): string {
  return profile.split("/").at(-1) ?? profile;
}
