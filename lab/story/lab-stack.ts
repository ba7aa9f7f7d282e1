import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { chooseRunner } from "../engine/choose-runner";
import { cliRunner } from "../engine/cli-runner";
import { inProcessRunner } from "../engine/in-process-runner";
import type { Result, StackOptions, StackRunner } from "../engine/stack-runner";
import type { Lab } from "../services/lab";
import { projectRoot } from "../services/places";
import type { StoryOptions } from "./options";
import { type ConfigPart, settingOf, stackName, stagingConfig, writeStackFile } from "./stack-file";

/** The stack outputs of one group. */
export interface GroupOutputs {
  readonly autoScalingGroupName: string;
  readonly topicArn: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Missing if a worker reads the queue. */
  readonly reaperFunctionName?: string;
}

/** The stack outputs. */
export interface StackOutputs {
  readonly imageId: string;
  readonly groups: { readonly web: GroupOutputs };
}

/** The result of a preview. */
export interface Preview {
  /** Number of resources that would be created. */
  readonly creates: number;
  /** Violations of mandatory policy rules, each of which starts with the name of the rule. */
  readonly violations: readonly string[];
}

/** The staging stack of the unmodified program with the lab's settings. */
export interface LabStack {
  /** Name of the engine, for people. */
  readonly engine: string;
  /** Name that the group will have. */
  readonly groupName: string;
  /** The configured instance type for bakes. */
  readonly bakeInstanceType: string;
  /** @param changes configuration to merge over the stack's, for this preview only */
  preview(changes?: ConfigPart): Promise<Preview>;
  /** @param changes configuration to merge over the stack's, from now on */
  up(changes?: ConfigPart): Promise<void>;
  /** Runs an update that must fail, with configuration for this update only. @returns its whole output @throws if it succeeds */
  upInVain(changes: ConfigPart): Promise<string>;
  /** Outputs and the number of resources in the last `up`. */
  inspect(): Promise<{ readonly resources: number; readonly outputs: StackOutputs }>;
  destroy(): Promise<void>;
}

/** Prepares the stack's configuration file and the engine, without running anything. */
export function createLabStack(lab: Lab, options: StoryOptions): LabStack {
  const configFile = join(lab.runDir, `Pulumi.${stackName}.yaml`);
  const log = join(lab.runDir, "logs", "stack.log");
  const runner = runnerFor(options, runnerOptions(lab, { configFile, log }));
  let config = stagingConfig(lab, options);
  let resources = 0;
  return {
    engine: runner.name === "pulumi" ? "the Pulumi CLI" : "the lab's engine",
    groupName: `${stackName}-web`,
    bakeInstanceType: String(settingOf(config, "bake", "instanceType")),
    preview: async (changes) => {
      writeStackFile(configFile, config, changes);
      return previewOf(await runner.preview(), log);
    },
    up: async (changes) => {
      config = writeStackFile(configFile, config, changes);
      const { operations } = succeeded(await runner.up(), "up", log);
      resources = operations.length;
    },
    upInVain: async (changes) => {
      writeStackFile(configFile, config, changes);
      const { ok, output } = await runner.up();
      writeStackFile(configFile, config);
      if (ok) throw new Error(`an update with ${JSON.stringify(changes)} succeeded`);
      return output;
    },
    inspect: async () => ({ resources, outputs: (await runner.outputs()) as unknown as StackOutputs }),
    destroy: async () => void succeeded(await runner.destroy(), "destroy", log),
  };
}

function runnerFor({ engine }: StoryOptions, options: StackOptions): StackRunner {
  switch (engine) {
    case "cli":
      return cliRunner(options);
    case "in-process":
      return inProcessRunner(options);
    default:
      return chooseRunner(options, (line) => options.onLine?.(line));
  }
}

function runnerOptions(lab: Lab, files: { configFile: string; log: string }): StackOptions {
  return {
    project: projectRoot,
    stack: stackName,
    configFile: files.configFile,
    stateDir: join(lab.runDir, "state"),
    policyPacks: [join(projectRoot, "policy")],
    environment: lab.environment,
    onLine: (line) => appendFileSync(files.log, `${line}\n`),
  };
}

function previewOf(result: Result, log: string): Preview {
  const refused = result.policyViolations.filter(({ level }) => level === "mandatory");
  if (refused.length === 0) {
    succeeded(result, "preview", log);
  }
  return {
    creates: result.operations.filter(({ op }) => op === "create").length,
    violations: refused.map(({ policy, message }) => `${policy}: ${message}`),
  };
}

function succeeded(result: Result, command: string, log: string): Result {
  if (!result.ok) {
    const refusals = result.policyViolations.map(({ policy, message }) => `${policy}: ${message}`);
    const why = [...refusals, ...result.diagnostics].join("; ") || `exit code ${result.exitCode}`;
    throw new Error(`'${command}' of the stack failed: ${abridged(why)} (everything it said: ${log})`);
  }
  return result;
}

/** Keeps the beginning, which names the failed step, and the end, which contains the reason. */
function abridged(text: string): string {
  const [head, tail] = [500, 1500];
  return text.length <= head + tail ? text : `${text.slice(0, head)}\n[…]\n${text.slice(-tail)}`;
}
