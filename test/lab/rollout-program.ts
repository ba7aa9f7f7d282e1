/** One group whose instances are records that converge or fail by their type, as the tests of rollouts need it. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DescribeInstanceRefreshesCommand, SetDesiredCapacityCommand } from "@aws-sdk/client-auto-scaling";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { chooseRunner } from "../../lab/engine/choose-runner";
import type { Result, StackOptions } from "../../lab/engine/stack-runner";
import { type Clients, clientsOf, describe as describeGroup } from "./emulator-fleet";
import { type Emulator, eventually } from "./emulator-process";
import { type GroupProgram, groupProgram } from "./group-program";

export interface RolloutProgram {
  readonly clients: Clients;
  readonly program: GroupProgram;
  /** Brings the group up with this instance type, which stands for an image. */
  up(instanceType: string, settings?: object): Promise<Result>;
  /** The same, to be killed meanwhile. */
  begin(instanceType: string, settings?: object): { readonly result: Promise<Result>; kill(): void };
  /** How instances of this type boot: `converges`, `fails: <words>` or `hangs`. */
  boots(instanceType: string, how: string): Promise<void>;
  put(name: string, value: string): Promise<void>;
  /** Version that is saved on the group, and those of its instances in service. */
  seen(): Promise<{ saved: string | undefined; serving: string[]; ids: string[] }>;
  refreshes(): Promise<{ status: string; reason: string }[]>;
  untilServing(versions: string[], what: string): Promise<void>;
  scale(desired: number): Promise<void>;
  remove(): void;
}

export const GROUP = "test-web";
const AutoScalingGroupName = GROUP;

const theCliWhereItIs = (options: StackOptions) => chooseRunner(options, (line) => console.log(`    ${line}`));

export function rolloutProgram(name: string, emulator: Emulator): RolloutProgram {
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
    clients,
    program,
    put,
    seen,
    refreshes,
    up: (instanceType, settings) => program.up(statements(instanceType, settings)),
    begin(instanceType, settings) {
      const before = children();
      const result = program.up(statements(instanceType, settings));
      const kill = () => {
        const [engine] = children().filter((pid) => !before.includes(pid));
        process.kill(Number(engine), "SIGKILL");
        // As `pulumi cancel` does, which a person gives before the next update
        rmSync(join(program.stateDir, ".pulumi", "locks"), { recursive: true, force: true });
      };
      return { result, kill };
    },
    boots: (instanceType, how) => put(`/lab/first-boot/${GROUP}/${instanceType}`, how),
    untilServing: async (versions, what) => {
      await eventually(180, what, async () => (await seen()).serving.join() === versions.join() || undefined);
    },
    scale: async (DesiredCapacity) => {
      await clients.groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));
    },
    remove: program.remove,
  };
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
