/** Groups of recorded instances that are rolled out without an engine, with the calls of the Rollout's provider. */
import {
  CancelInstanceRefreshCommand,
  CompleteLifecycleActionCommand,
  CreateLaunchConfigurationCommand,
  DescribeInstanceRefreshesCommand,
  PutLifecycleHookCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { PutMetricAlarmCommand, SetAlarmStateCommand, type StateValue } from "@aws-sdk/client-cloudwatch";
import { type _InstanceType, CreateLaunchTemplateVersionCommand } from "@aws-sdk/client-ec2";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { rollOut } from "../../rollout/operations";
import type { RefreshSettings, RolloutState } from "../../rollout/rollout-state";
import { keptEnvironment } from "../helpers/environment";
import { baseImage, clientsOf, describe as describeGroup, makeGroup, makeTemplate } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";

/** A rollout's output, line by line, and its result. */
export interface Ended {
  readonly text: string;
  readonly failure?: string;
  readonly state?: RolloutState;
}

const SETTINGS: RefreshSettings = {
  MinHealthyPercentage: 100,
  MaxHealthyPercentage: 110,
  InstanceWarmup: 0,
  AutoRollback: true,
  SkipMatching: true,
  ScaleInProtectedInstances: "Ignore",
  StandbyInstances: "Ignore",
};

/** Starts an emulator for a suite, and lets its AWS clients speak to it. @returns a function that returns it once the suite has begun */
export function useRecordedInstances(): () => Emulator {
  let emulator: Emulator | undefined;
  const restoreEnvironment = keptEnvironment();

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    Object.assign(process.env, credentials, { AWS_ENDPOINT_URL: emulator.client.endpoint });
  });
  after(async () => {
    restoreEnvironment();
    await emulator?.stop();
  });
  return () => emulator as Emulator;
}

export type RolloutGroup = Awaited<ReturnType<typeof rolloutGroup>>;

/** Creates a group of two on version 1 of its template, with a launch hook that its instances complete. */
export async function rolloutGroup(emulator: Emulator, name: string, size = 2) {
  const clients = clientsOf(emulator);
  const ssm = new SSMClient(emulator.client);
  const AutoScalingGroupName = name;
  const put = async (Name: string, Value: string) => {
    await ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  };
  const boots = (instanceType: string, how: string) => put(`/lab/first-boot/${name}/${instanceType}`, how);
  for (const good of ["t3.small", "t3.medium", "m5.large"]) await boots(good, "converges");
  const templateId = await makeTemplate(clients, name);
  await makeGroup(clients, name, templateId, { MinSize: size, MaxSize: 8 });
  const hook = { LifecycleHookName: "launch", LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" };
  await clients.groups.send(new PutLifecycleHookCommand({ AutoScalingGroupName, ...hook, HeartbeatTimeout: 60 }));

  const seen = async () => {
    const group = await describeGroup(clients, name);
    const serving = (group?.Instances ?? []).filter((one) => one.LifecycleState === "InService");
    const policy = group?.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
    return {
      saved: (policy ?? group?.LaunchTemplate)?.Version ?? group?.LaunchConfigurationName,
      serving: serving.map((one) => one.LaunchTemplate?.Version ?? one.LaunchConfigurationName ?? "").sort(),
      ids: serving.map((one) => one.InstanceId ?? "").sort(),
    };
  };
  const state = (version: string, more: Partial<RolloutState> = {}): RolloutState => ({
    groupName: name,
    region: "us-east-1",
    templateId,
    version,
    minSize: size,
    wait: true,
    failuresAllowed: 0,
    timeoutSeconds: 3600,
    keyHint: "the key",
    preferences: SETTINGS,
    packageVersion: "0.0.0",
    program: "unused",
    ...more,
  });
  return {
    name,
    clients,
    put,
    boots,
    seen,
    state,
    /** Creates a version of the template with this instance type, which represents an image. */
    version: async (InstanceType: string) => {
      const ImageId = await baseImage(clients);
      const LaunchTemplateData = { ImageId, InstanceType: InstanceType as _InstanceType, UserData: "" };
      const request = { LaunchTemplateId: templateId, LaunchTemplateData };
      const made = await clients.ec2.send(new CreateLaunchTemplateVersionCommand(request));
      return String(made.LaunchTemplateVersion?.VersionNumber);
    },
    configuration: async (LaunchConfigurationName: string, InstanceType: string) => {
      const ImageId = await baseImage(clients);
      const request = { LaunchConfigurationName, ImageId, InstanceType };
      await clients.groups.send(new CreateLaunchConfigurationCommand(request));
      return LaunchConfigurationName;
    },
    /** Rolls out to the end; returns a failure instead of throwing it. */
    roll: async (version: string, more: Partial<RolloutState> = {}, previous?: RolloutState): Promise<Ended> => {
      const lines: string[] = [];
      try {
        const ended = await rollOut(state(version, more), (line) => lines.push(line), previous);
        return { text: lines.join("\n"), state: ended };
      } catch (error) {
        return { text: lines.join("\n"), failure: (error as Error).message };
      }
    },
    /** Leaves what a killed update leaves: AWS continues with the refresh. */
    leave: (version: string, more: Partial<RolloutState> = {}) =>
      rollOut(state(version, { ...more, wait: false }), () => {}),
    refreshes: async () => {
      const found = await clients.groups.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }));
      return (found.InstanceRefreshes ?? []).map((one) => String(one.Status));
    },
    untilServing: (versions: string[]) =>
      eventually(60, `${versions} in service`, async () => {
        return (await seen()).serving.join() === versions.join() || undefined;
      }),
    untilLaunching: () =>
      eventually(60, "an instance that waits in the hook", async () => {
        const members = (await describeGroup(clients, name))?.Instances ?? [];
        return members.some((one) => one.LifecycleState === "Pending:Wait") || undefined;
      }),
    scale: async (DesiredCapacity: number) => {
      await clients.groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));
    },
    cancelByHand: async () => {
      await clients.groups.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName }));
    },
    /** Terminates an instance that waits in the launch hook, as the rollout's error describes. */
    end: async (InstanceId: string) => {
      const answer = { LifecycleHookName: hook.LifecycleHookName, LifecycleActionResult: "ABANDON", InstanceId };
      await clients.groups.send(new CompleteLifecycleActionCommand({ AutoScalingGroupName, ...answer }));
      await eventually(60, `${InstanceId} gone`, async () => {
        const members = (await describeGroup(clients, name))?.Instances ?? [];
        return !members.some((one) => one.InstanceId === InstanceId) || undefined;
      });
    },
    alarm: async (StateValue: StateValue) => {
      const metric = { Namespace: name, MetricName: "errors", Statistic: "Sum" as const, Period: 60 };
      const ComparisonOperator = "GreaterThanThreshold" as const;
      const when = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator, TreatMissingData: "ignore" };
      await clients.watch.send(new PutMetricAlarmCommand({ AlarmName: name, ...metric, ...when }));
      await clients.watch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue, StateReason: "the test" }));
    },
    /** Terminates an instance before it launches another. */
    endFirst: { ...SETTINGS, MinHealthyPercentage: 50, MaxHealthyPercentage: 100 },
    paced: { preferences: { ...SETTINGS, CheckpointPercentages: [50, 100], CheckpointDelay: 600, AlarmNames: [name] } },
  };
}
