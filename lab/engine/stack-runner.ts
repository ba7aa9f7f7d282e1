import type { EngineEvent, Operation, PolicyViolation } from "./events";
import { lineOf } from "./events";

/** The result of a command. */
export interface Result {
  readonly ok: boolean;
  readonly exitCode: number;
  /** The operation on each resource, in no particular order, without default providers and reads. */
  readonly operations: readonly Operation[];
  /** Warnings and errors. */
  readonly diagnostics: readonly string[];
  readonly policyViolations: readonly PolicyViolation[];
  /** The complete output. */
  readonly output: string;
}

/** Options of a runner for a stack. */
export interface StackOptions {
  /** Folder that contains Pulumi.yaml. */
  readonly project: string;
  readonly stack: string;
  /** Configuration file of the stack, which is never modified. @default Pulumi.<stack>.yaml of the project */
  readonly configFile?: string;
  /** Folder of the state, created if it does not exist. */
  readonly stateDir: string;
  /** Folders of policy packs. @default none */
  readonly policyPacks?: readonly string[];
  /** Configuration values that override the file, by full key such as `aws:region`; values may be objects. @default none */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Environment variables to add for all processes. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with every line of output. */
  readonly onLine?: (line: string) => void;
}

/** Options of a single command. */
export interface CommandOptions {
  /** Overrides `StackOptions.config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Used instead of `StackOptions.policyPacks`. */
  readonly policyPacks?: readonly string[];
  /** URNs of the targeted resources. @default all */
  readonly targets?: readonly string[];
  /** Runs `up` without a preview, like `--skip-preview` of the CLI. @default false */
  readonly skipPreview?: boolean;
  readonly onLine?: (line: string) => void;
}

/** Runs one stack with the Pulumi CLI or with the lab's engine. A command that fails resolves with `ok: false`. */
export interface StackRunner {
  readonly name: "pulumi" | "lab engine";
  preview(options?: CommandOptions): Promise<Result>;
  up(options?: CommandOptions): Promise<Result>;
  refresh(options?: CommandOptions): Promise<Result>;
  destroy(options?: CommandOptions): Promise<Result>;
  /** Outputs of the stack, with secrets in plain text. @throws if there is no state */
  outputs(): Promise<Record<string, unknown>>;
}

/** Collects the events of a command in a result. */
export function resultOf(exitCode: number, events: readonly EngineEvent[], output: string): Result {
  const diagnostics = events
    .filter((event) => event.event === "diagnostic")
    .filter((event) => event.severity !== "info");
  return {
    ok: exitCode === 0,
    exitCode,
    operations: events
      .filter((event) => event.event === "operation")
      .map(({ op, type, name, urn }) => ({ op, type, name, urn })),
    diagnostics: diagnostics.map(lineOf),
    policyViolations: events
      .filter((event) => event.event === "violation")
      .map(({ policy, pack, level, urn, message }) => ({ policy, pack, level, urn, message })),
    output,
  };
}
