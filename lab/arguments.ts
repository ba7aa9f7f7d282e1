import { parseArgs } from "node:util";
import { chooseChefClient } from "./services/chef-client";
import type { StoryOptions } from "./story/options";

/** The options of the command line. */
export interface LabArguments extends StoryOptions {
  readonly keep: boolean;
  /** Path of the report. */
  readonly report?: string;
  readonly help: boolean;
}

/** The text that `--help` prints. */
export const usage = `Usage: npm run lab -- [options]

Plays the whole life of a fleet on this machine, on real parts: bake, boot, scale out, scale in, reap, destroy.

  --keep             leave everything running at the end and print how to look; Ctrl-C destroys and stops it
  --report FILE      write a page with a timeline of the run
  --engine NAME      cli or in-process; default: the Pulumi CLI where it is on PATH, else in-process
  --reaper NAME      lambda or worker: what reads the queue; default: lambda
  --chef-client WHAT the client of the instances: a folder with a genuine one in opt/chef or opt/cinc, or the stand-in in the
                     layout of chef or cinc; default: the genuine one of this machine where it has one, else cinc
  --help             show this`;

/** @throws an error that names the option, the value and what was expected */
export function readArguments(argv: readonly string[]): LabArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      keep: { type: "boolean", default: false },
      report: { type: "string" },
      engine: { type: "string" },
      reaper: { type: "string", default: "lambda" },
      "chef-client": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  return {
    keep: values.keep,
    report: values.report,
    help: values.help,
    engine: values.engine === undefined ? undefined : oneOf("--engine", values.engine, ["cli", "in-process"]),
    reaper: oneOf("--reaper", values.reaper, ["lambda", "worker"]),
    ...(values["chef-client"] !== undefined && { chefClient: chooseChefClient(values["chef-client"]) }),
  };
}

function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (!found) {
    throw new Error(`'${option}' is '${value}', expected ${allowed.map((each) => `'${each}'`).join(" or ")}`);
  }
  return found;
}
