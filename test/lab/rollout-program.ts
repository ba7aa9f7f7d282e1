/** One group of recorded instances that converge or fail depending on their type, for the tests of rollouts. */
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

/** An update in progress. */
export interface Begun {
  readonly result: Promise<Result>;
  /** Waits until it has printed this. */
  said(what: RegExp): Promise<void>;
  /** Ends it like a lost machine; its lock is removed too. */
  kill(): void;
  /** Sends one Ctrl-C. */
  interrupt(): void;
  /** Sends it to the engine, or to those of its processes whose command line is like this. @returns how many there are */
  signal(signal: NodeJS.Signals, which?: RegExp): number;
}

export interface RolloutProgram {
  readonly program: GroupProgram;
  readonly clients: Clients;
  /** Deploys the group with this instance type, which represents an image. */
  up(instanceType: string, settings?: object): Promise<Result>;
  /** The same, without waiting, so that the test can disturb it. */
  begin(instanceType: string, settings?: object): Begun;
  /** Sets how instances of this type boot: `converges`, `fails: <words>` or `hangs`. */
  boots(instanceType: string, how: string): Promise<void>;
  put(name: string, value: string): Promise<void>;
  /** The version that is saved on the group, and those of its instances in service. */
  seen(): Promise<{ saved: string | undefined; serving: string[]; ids: string[] }>;
  /** The group; undefined if it does not exist. */
  find(): ReturnType<typeof describeGroup>;
  refreshes(): Promise<{ status: string; reason: string }[]>;
  untilServing(versions: string[], what: string): Promise<void>;
  scale(desired: number): Promise<void>;
  /** Cancels the refresh as an operator does in AWS. */
  cancelByHand(): Promise<void>;
  /** Creates an alarm with this name, and sets its state. */
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
        // With its plugins, which would otherwise outlive it
        killTogether(descendants(engine()));
        // As `pulumi cancel` does, which a user runs before the next update
        rmSync(join(program.stateDir, ".pulumi", "locks"), { recursive: true, force: true });
      };
      const said = (what: RegExp) =>
        eventually(180, `${what} in ${GROUP}`, async () => lines.some((line) => what.test(line)) || undefined).then(
          () => {},
          (error: Error) => assert.fail(`${error.message}; it said last:\n${lines.slice(-20).join("\n")}`),
        );
      const signal = (name: NodeJS.Signals, which?: RegExp) => {
        const all = descendants(engine());
        const pids = which ? all.filter((pid) => which.test(commandLine(pid))) : all.slice(0, 1);
        for (const pid of pids) process.kill(pid, name);
        return pids.length;
      };
      return { result, said, kill, interrupt, signal };
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

/** Instances of each type boot differently, so that a type represents an image: those of this one fail. */
const BAD = "t3.large";
const GOOD = ["t3.small", "t3.medium", "m5.large"];

/** Starts an emulator and a program for the tests of a suite. @returns a function that returns the program once the suite has begun */
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

function commandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
}

/** Child processes of this one, according to Linux. */
function children(): string[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ");
}
