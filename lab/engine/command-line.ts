import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Configuration } from "./project";

const COMMANDS = ["preview", "up", "destroy", "refresh", "output"] as const;

/** Arguments of the engine's command line. */
export interface CommandLine {
  readonly command: (typeof COMMANDS)[number];
  readonly cwd: string;
  readonly stack: string;
  readonly configFile: string;
  readonly stateDir: string;
  readonly policyPacks: string[];
  /** URNs of the targeted resources; empty for all. */
  readonly targets: string[];
  readonly json: boolean;
  /** Whether `up` skips the preview. */
  readonly skipPreview: boolean;
  /** Values that override those in the configuration file. */
  readonly config: Configuration;
}

const USAGE =
  "usage: main.ts <preview|up|destroy|refresh|output> --cwd PROJECT --stack NAME --state-dir DIR " +
  "[--config-file FILE] [--policy-pack DIR]… [--target URN]… [--skip-preview] [--json] [-c key=value]…";

/** Parses the arguments. @throws an error that says what is missing or wrong, with the usage */
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
