import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Configuration } from "./project";

const COMMANDS = ["preview", "up", "destroy", "refresh", "output"] as const;

/** What the engine is asked to do. */
export interface CommandLine {
  readonly command: (typeof COMMANDS)[number];
  readonly cwd: string;
  readonly stack: string;
  readonly configFile: string;
  readonly stateDir: string;
  readonly policyPacks: string[];
  /** URNs of the resources that the run is about; all where there is none. */
  readonly targets: string[];
  readonly json: boolean;
  /** No preview before `up`. */
  readonly skipPreview: boolean;
  /** Values laid over those of the configuration file. */
  readonly config: Configuration;
}

const USAGE =
  "usage: main.ts <preview|up|destroy|refresh|output> --cwd PROJECT --stack NAME --state-dir DIR " +
  "[--config-file FILE] [--policy-pack DIR]… [--target URN]… [--skip-preview] [--json] [-c key=value]…";

/** Reads the arguments. Errors: what is missing or wrong, with the usage. */
export function readCommandLine(args: string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      cwd: { type: "string", default: "." },
      stack: { type: "string" },
      "config-file": { type: "string" },
      "state-dir": { type: "string" },
      "policy-pack": { type: "string", multiple: true, default: [] },
      target: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
      "skip-preview": { type: "boolean", default: false },
      config: { type: "string", short: "c", multiple: true, default: [] },
    },
  });
  const command = COMMANDS.find((name) => name === positionals[0]);
  if (command === undefined || positionals.length !== 1)
    throw new Error(`no command '${positionals.join(" ")}'\n${USAGE}`);
  if (!values.stack) throw new Error(`'--stack' is missing\n${USAGE}`);
  if (!values["state-dir"]) throw new Error(`'--state-dir' is missing\n${USAGE}`);
  return {
    command,
    cwd: values.cwd,
    stack: values.stack,
    configFile: values["config-file"] ?? join(values.cwd, `Pulumi.${values.stack}.yaml`),
    stateDir: values["state-dir"],
    policyPacks: values["policy-pack"],
    targets: values.target,
    json: values.json,
    skipPreview: values["skip-preview"],
    config: Object.fromEntries(values.config.map(pair)),
  };
}

function pair(text: string): [string, string] {
  const place = text.indexOf("=");
  if (place <= 0) throw new Error(`'-c ${text}' must be key=value\n${USAGE}`);
  return [text.slice(0, place), text.slice(place + 1)];
}
