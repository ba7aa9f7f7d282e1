import { parseArgs } from "node:util";
import type { StoryOptions } from "./story/options";

/** What the command line asks for. */
export interface LabArguments extends StoryOptions {
  readonly keep: boolean;
  /** File to write the report to. */
  readonly report?: string;
  readonly help: boolean;
}

/** Shown by `--help`. */
export const usage = `Usage: npm run lab -- [options]

Plays the whole life of a fleet on this machine, on real parts: bake, boot, scale out, scale in, reap, destroy.

  --keep             leave everything running at the end and print how to look; Ctrl-C destroys and stops it
  --report FILE      write a page with a timeline of the run
  --engine NAME      cli or in-process; default: the Pulumi CLI where it is on PATH, else in-process
  --reaper NAME      lambda or worker: what reads the queue; default: lambda
  --help             show this`;

/** @throws naming the option, what was given and what was expected */
export function readArguments(argv: readonly string[]): LabArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      keep: { type: "boolean", default: false },
      report: { type: "string" },
      engine: { type: "string" },
      reaper: { type: "string", default: "lambda" },
      help: { type: "boolean", default: false },
    },
  });
  return {
    keep: values.keep,
    report: values.report,
    help: values.help,
    engine: values.engine === undefined ? undefined : oneOf("--engine", values.engine, ["cli", "in-process"]),
    reaper: oneOf("--reaper", values.reaper, ["lambda", "worker"]),
  };
}

function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (!found) {
    throw new Error(`'${option}' is '${value}', expected ${allowed.map((each) => `'${each}'`).join(" or ")}`);
  }
  return found;
}
