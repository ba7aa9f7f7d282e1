/** The AWS calls of a rollout: one group, in one region. */
import * as sdk from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLaunchTemplateVersionsCommand, EC2Client, GetConsoleOutputCommand } from "@aws-sdk/client-ec2";
import { awsClient } from "../aws/client";
import { itemsOf } from "../aws/pages";
import { unlessGone } from "../aws/unless-gone";
import { printable } from "../chef/printable";
import { canonical } from "../common/json";
import { refuseOtherAccount } from "./account";
import { lastLines } from "./console-output";
import type { Member } from "./decide";
import type { Activity } from "./failures";
import type { LaunchesFrom } from "./launched-from";
import { policyAgain, policyIsSaved } from "./mixed-policy";
import { onceKnown } from "./once-known";
import { type Caller, plainCaller } from "./patience";
import type { RefreshProgress } from "./progress";
import { activityOf, attachedTo, memberOf, progressOf, savedOn } from "./read-answers";
import type { MixedInstancesSettings } from "./rollout-state";

export interface GroupPlace {
  readonly groupName: string;
  readonly region: string;
  /** @default not checked */
  readonly accountId?: string;
  readonly profile?: string;
  /** Seconds between attempts while AWS does not know an instance profile yet. @default two minutes in all */
  readonly knowledgePauses?: readonly number[];
}

/** What a group launches from, as an input of AWS. */
export type LaunchInput = Pick<
  sdk.UpdateAutoScalingGroupCommandInput,
  "LaunchConfigurationName" | "LaunchTemplate" | "MixedInstancesPolicy"
>;

export interface FoundGroup {
  readonly saved: LaunchesFrom;
  readonly mixedInstancesPolicy?: sdk.MixedInstancesPolicy;
  readonly members: readonly Member[];
  readonly hasPool: boolean;
  /** ARNs of target groups and names of load balancers. */
  readonly attached: readonly string[];
  readonly suspended: readonly string[];
  readonly createdAt: number;
  /** Possibly set by schedules, whatever the program says. */
  readonly minSize: number;
  readonly desired: number;
}

const ENDED = ["Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"];

/** AWS's error where no refresh runs any more. */
const NOTHING_RUNS = /^ActiveInstanceRefreshNotFound/;

export function hasEnded(status: string): boolean {
  return ENDED.includes(status);
}

export type GroupAccess = ReturnType<typeof accessGroup>;

/**
 * The calls of a rollout, each as one function.
 *
 * @param call how AWS is called, again or once. @default once
 */
export function accessGroup(place: GroupPlace, call: Caller = plainCaller) {
  const { groupName, region, profile, knowledgePauses: pauses } = place;
  const client = awsClient(sdk.AutoScalingClient, region, profile);
  const ec2 = awsClient(EC2Client, region, profile);
  const cloudWatch = awsClient(CloudWatchClient, region, profile);
  const AutoScalingGroupName = groupName;

  return {
    groupName,
    region,

    /** Undefined if the group does not exist. Errors: the credentials are of another account. */
    async find(): Promise<FoundGroup | undefined> {
      const request = new sdk.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] });
      const { AutoScalingGroups: [group] = [] } = await call(() => client.send(request));
      await call(() => refuseOtherAccount(place, group?.AutoScalingGroupARN));
      if (!group) return undefined;
      return {
        saved: savedOn(group),
        mixedInstancesPolicy: group.MixedInstancesPolicy,
        members: (group.Instances ?? []).map(memberOf),
        attached: attachedTo(group),
        hasPool: group.WarmPoolConfiguration !== undefined,
        suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName = "" }) => ProcessName),
        createdAt: group.CreatedTime?.getTime() ?? 0,
        minSize: group.MinSize ?? 0,
        desired: group.DesiredCapacity ?? 0,
      };
    },

    /** Instances in the warm pool; none if there is no permission to list them. */
    async pool({ hasPool }: FoundGroup): Promise<Member[]> {
      if (!hasPool) return [];
      const pages = sdk.paginateDescribeWarmPool({ client }, { AutoScalingGroupName });
      return (await itemsOf(pages, ({ Instances }) => Instances).catch(() => [])).map(memberOf);
    },

    /** The newest refresh, or the one of this id. */
    async refresh(id?: string): Promise<RefreshProgress | undefined> {
      const InstanceRefreshIds = id ? [id] : undefined;
      const request = { AutoScalingGroupName, InstanceRefreshIds, ...(id ? {} : { MaxRecords: 10 }) };
      const asked = new sdk.DescribeInstanceRefreshesCommand(request);
      const { InstanceRefreshes = [] } = await call(() => client.send(asked));
      const found = InstanceRefreshes.map(progressOf);
      return found.find(({ status }) => !hasEnded(status)) ?? found[0];
    },

    /** Errors: one is already running (InstanceRefreshInProgressFault). */
    async start(
      DesiredConfiguration: sdk.DesiredConfiguration | undefined,
      Preferences: sdk.RefreshPreferences,
    ): Promise<string> {
      const request = { AutoScalingGroupName, Strategy: "Rolling" as const, DesiredConfiguration, Preferences };
      const send = () => client.send(new sdk.StartInstanceRefreshCommand(request));
      const { InstanceRefreshId = "" } = await onceKnown(send, pauses);
      return InstanceRefreshId;
    },

    /** At once: by default AWS waits for instances in transition, which may be what hangs. */
    cancel: () => {
      const request = { AutoScalingGroupName, WaitForTransitioningInstances: false };
      return call(() => unlessGone(client.send(new sdk.CancelInstanceRefreshCommand(request)), NOTHING_RUNS));
    },
    rollBack: () =>
      call(() =>
        unlessGone(client.send(new sdk.RollbackInstanceRefreshCommand({ AutoScalingGroupName })), NOTHING_RUNS),
      ),

    /** Saves what the group launches from, without replacing instances. */
    async save(launch: LaunchInput): Promise<void> {
      const request = new sdk.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...launch });
      await call(() => onceKnown(() => client.send(request), pauses));
    },

    /** The group's activities that started after `since`, newest first. */
    activities: (since: number): Promise<Activity[]> =>
      call(async () => {
        const found: Activity[] = [];
        const pages = sdk.paginateDescribeScalingActivities({ client }, { AutoScalingGroupName, MaxRecords: 100 });
        for await (const { Activities = [] } of pages) {
          const told = Activities.map(activityOf);
          found.push(...told.filter(({ startedAt }) => startedAt >= since));
          if (told.some(({ startedAt }) => startedAt < since)) break;
        }
        return found;
      }),

    /** The whole console output of an instance; undefined if EC2 has none. */
    consoleText: (id: string): Promise<string | undefined> => consoleText(ec2, id).catch(() => undefined),

    /** The last lines of an instance's console; if EC2 returns none, a line that says so. */
    async console(id: string): Promise<string[]> {
      try {
        return lastLines(await consoleText(ec2, id));
      } catch (error) {
        return [printable(`(EC2 did not return it: ${(error as Error).name}: ${(error as Error).message})`)];
      }
    },

    /** State of each alarm; one that cannot be read is marked as such. */
    async alarms(names: readonly string[]): Promise<Record<string, string>> {
      if (names.length === 0) return {};
      try {
        const AlarmTypes = ["MetricAlarm" as const, "CompositeAlarm" as const];
        const request = new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes });
        const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(request);
        const states = [...MetricAlarms, ...CompositeAlarms].map((one) => [one.AlarmName, one.StateValue] as const);
        return Object.fromEntries(
          names.map((name) => [name, states.find(([found]) => found === name)?.[1] ?? "missing"]),
        );
      } catch (error) {
        return Object.fromEntries(names.map((name) => [name, `not readable (${(error as Error).name})`]));
      }
    },

    /** Whether two versions of a template are identical; `false` if this cannot be checked. */
    async holdSame(LaunchTemplateId: string, one: string, other: string): Promise<boolean> {
      try {
        const request = { LaunchTemplateId, Versions: [one, other] };
        const { LaunchTemplateVersions = [] } = await ec2.send(new DescribeLaunchTemplateVersionsCommand(request));
        const [first, second] = LaunchTemplateVersions.map(({ LaunchTemplateData }) => LaunchTemplateData);
        return first !== undefined && canonical(first) === canonical(second);
      } catch {
        // Only used to avoid a rollout: without a response, the rollout continues
        return false;
      }
    },

    isPolicySaved: (group: FoundGroup, wanted: MixedInstancesSettings | undefined, exact = true) =>
      policyIsSaved(group.mixedInstancesPolicy, wanted, exact),
  };
}

/** What is saved on a group, to be saved again. */
export function launchAgain({ saved, mixedInstancesPolicy: policy }: FoundGroup): LaunchInput {
  if (policy) return { MixedInstancesPolicy: policyAgain(policy) };
  const { configurationName, templateId, version } = saved;
  if (configurationName) return { LaunchConfigurationName: configurationName };
  return { LaunchTemplate: { LaunchTemplateId: templateId, Version: version } };
}

async function consoleText(ec2: EC2Client, InstanceId: string): Promise<string> {
  const ask = (Latest: boolean) => ec2.send(new GetConsoleOutputCommand({ InstanceId, ...(Latest && { Latest }) }));
  // Only Nitro instance types have the latest output; others return what they wrote at boot
  const { Output = "" } = await ask(true).catch(() => ask(false));
  return Buffer.from(Output, "base64").toString("utf8");
}
