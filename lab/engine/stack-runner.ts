import type { EngineEvent, Operation, PolicyViolation } from "./events";
import { lineOf } from "./events";

/** What one run of a command came to. */
export interface Result {
  readonly ok: boolean;
  readonly exitCode: number;
  /** What happened to each resource, in no order that means anything; default providers and look-ups are left out. */
  readonly operations: readonly Operation[];
  /** Warnings and errors. */
  readonly diagnostics: readonly string[];
  readonly policyViolations: readonly PolicyViolation[];
  /** Everything that was printed. */
  readonly output: string;
}

/** What a runner needs to know of the stack. */
export interface StackOptions {
  /** Folder of Pulumi.yaml. */
  readonly project: string;
  readonly stack: string;
  /** Configuration of the stack; it is read, never written. @default Pulumi.<stack>.yaml of the project */
  readonly configFile?: string;
  /** Where the state lives; made when it is not there. */
  readonly stateDir: string;
  /** Folders of policy packs. @default none */
  readonly policyPacks?: readonly string[];
  /** Values laid over the configuration by full key, such as `aws:region`; objects stay objects. @default none */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Added to the environment of everything that is started. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Every line as it is printed. */
  readonly onLine?: (line: string) => void;
}

/** What may be different for one command. */
export interface CommandOptions {
  /** Laid over `StackOptions.config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Instead of `StackOptions.policyPacks`. */
  readonly policyPacks?: readonly string[];
  /** URNs of the resources that the command is about. @default all */
  readonly targets?: readonly string[];
  /** `up` without the preview before it, as the CLI's `--skip-preview`. @default false */
  readonly skipPreview?: boolean;
  readonly onLine?: (line: string) => void;
}

/** Drives one stack, under the Pulumi CLI or under the lab's engine. A command that fails resolves, with `ok` false. */
export interface StackRunner {
  readonly name: "pulumi" | "lab engine";
  preview(options?: CommandOptions): Promise<Result>;
  up(options?: CommandOptions): Promise<Result>;
  refresh(options?: CommandOptions): Promise<Result>;
  destroy(options?: CommandOptions): Promise<Result>;
  /** Outputs of the stack, secret ones in the clear. Errors: there is no state to read. */
  outputs(): Promise<Record<string, unknown>>;
}

/** Gathers events into a result. */
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
