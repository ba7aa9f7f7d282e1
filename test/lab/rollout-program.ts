/** One group whose instances are records that converge or fail by their type, as the tests of rollouts need it. */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { PutMetricAlarmCommand, SetAlarmStateCommand, type StateValue } from "@aws-sdk/client-cloudwatch";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { chooseRunner } from "../../lab/engine/choose-runner";
import type { Result, StackOptions } from "../../lab/engine/stack-runner";
import { descendants, killTogether } from "../helpers/descendants";
import { type Clients, clientsOf, describe as describeGroup } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";
import { type GroupProgram, groupProgram } from "./group-program";

/** An update that goes on. */
export interface Begun {
  readonly result: Promise<Result>;
  /** Waits until it has printed that. */
  said(what: RegExp): Promise<void>;
  /** Ends it as a lost machine would, lock and all. */
  kill(): void;
  /** As one Ctrl-C. */
  interrupt(): void;
}

export interface RolloutProgram {
  readonly program: GroupProgram;
  readonly clients: Clients;
  /** Brings the group up with this instance type, which stands for an image. */
  up(instanceType: string, settings?: object): Promise<Result>;
  /** The same, to be disturbed meanwhile. */
  begin(instanceType: string, settings?: object): Begun;
  /** How instances of this type boot: `converges`, `fails: <words>` or `hangs`. */
  boots(instanceType: string, how: string): Promise<void>;
  put(name: string, value: string): Promise<void>;
  /** Version that is saved on the group, and those of its instances in service. */
  seen(): Promise<{ saved: string | undefined; serving: string[]; ids: string[] }>;
  /** The group, undefined when it is gone. */
  find(): ReturnType<typeof describeGroup>;
  refreshes(): Promise<{ status: string; reason: string }[]>;
  untilServing(versions: string[], what: string): Promise<void>;
  scale(desired: number): Promise<void>;
  /** Cancels the refresh as an operator does in AWS. */
  cancelByHand(): Promise<void>;
  /** Sets an alarm of this name, and makes it first. */
  alarm(name: string, state: StateValue): Promise<void>;
  remove(): void;
}

export const GROUP = "test-web";
const AutoScalingGroupName = GROUP;

const theCliWhereItIs = (options: StackOptions) => chooseRunner(options, (line) => console.log(`    ${line}`));

function rolloutProgram(name: string, emulator: Emulator): RolloutProgram {
  const [clients, program] = [clientsOf(emulator), groupProgram(name, emulator, theCliWhereItIs)];
  const ssm = new SSMClient(emulator.client);
  const put = async (Name: string, Value: string) => {
    await ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  };
  const seen = async () => {
    const group = await describeGroup(clients, GROUP);
    const serving = (group?.Instances ?? []).filter((one) => one.LifecycleState === "InService");
    const policy = group?.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
    return {
      saved: (policy ?? group?.LaunchTemplate)?.Version,
      serving: serving.map((one) => one.LaunchTemplate?.Version ?? one.LaunchConfigurationName ?? "").sort(),
      ids: serving.map((one) => one.InstanceId ?? "").sort(),
    };
  };
  const refreshes = async () => {
    const found = await clients.groups.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }));
    return (found.InstanceRefreshes ?? []).map((one) => ({
      status: String(one.Status),
      reason: one.StatusReason ?? "",
    }));
  };
  return {
    program,
    clients,
    put,
    seen,
    find: () => describeGroup(clients, GROUP),
    refreshes,
    up: (instanceType, settings) => program.up(statements(instanceType, settings)),
    begin(instanceType, settings) {
      const [before, lines] = [children(), [] as string[]];
      program.write(statements(instanceType, settings));
      const result = program.runner.up({ onLine: (line) => lines.push(line), skipPreview: true });
      const engine = () => Number(children().find((pid) => !before.includes(pid)));
      const interrupt = () => process.kill(engine(), "SIGINT");
      const kill = () => {
        // With its plugins, which would outlive it and serve nobody
        killTogether(descendants(engine()));
        // As `pulumi cancel` does, which a person gives before the next update
        rmSync(join(program.stateDir, ".pulumi", "locks"), { recursive: true, force: true });
      };
      const said = (what: RegExp) =>
        eventually(180, `${what} in ${GROUP}`, async () => lines.some((line) => what.test(line)) || undefined).then(
          () => {},
          (error: Error) => assert.fail(`${error.message}; it said last:\n${lines.slice(-20).join("\n")}`),
        );
      return { result, said, kill, interrupt };
    },
    boots: (instanceType, how) => put(`/lab/first-boot/${GROUP}/${instanceType}`, how),
    untilServing: async (versions, what) => {
      await eventually(180, what, async () => (await seen()).serving.join() === versions.join() || undefined);
    },
    scale: async (DesiredCapacity) => {
      await clients.groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));
    },
    cancelByHand: async () => {
      await clients.groups.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName }));
    },
    alarm: (name, state) => setAlarm(clients, name, state),
    remove: program.remove,
  };
}

/** How the instances of each type boot, which stands for an image: one type's fail. */
const BAD = "t3.large";
const GOOD = ["t3.small", "t3.medium", "m5.large"];

/** An emulator and a program for the tests of a suite. @returns what gives the program once the suite has begun */
export function useRolloutProgram(name: string): () => RolloutProgram {
  let [emulator, web]: [Emulator?, RolloutProgram?] = [];
  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    web = rolloutProgram(name, emulator);
    for (const good of GOOD) await web.boots(good, "converges");
    await web.boots(BAD, "fails: FATAL: no such cookbook: web\u001b[31m");
  });
  after(async () => {
    web?.remove();
    await emulator?.stop();
  });
  return () => web as RolloutProgram;
}

async function setAlarm({ watch }: Clients, AlarmName: string, StateValue: StateValue): Promise<void> {
  const metric = { Namespace: "test", MetricName: "errors", Statistic: "Sum" as const, Period: 60 };
  const ComparisonOperator = "GreaterThanThreshold" as const;
  const when = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator, TreatMissingData: "ignore" };
  await watch.send(new PutMetricAlarmCommand({ AlarmName, ...metric, ...when }));
  await watch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "the test" }));
}

function statements(instanceType: string, settings: object = {}): string {
  const given = { capacity: { min: 2, max: 6 }, rollout: {}, hooks: { launch: { heartbeatSeconds: 60 } }, ...settings };
  const { rollout, ...rest } = given as { rollout: object };
  const args = { ...rest, instanceType, rollout: { instanceWarmupSeconds: 0, maxFailedInstances: 0, ...rollout } };
  return `new fleet.ChefAutoScalingGroup("web", { ...least, groupName: "${GROUP}", ...(${JSON.stringify(args)} as object) });`;
}

/** Processes that this one has started, by Linux's own list. */
function children(): string[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ");
}
