import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Engine } from "../../../lab/engine/engine";
import { type EngineEvent, lineOf } from "../../../lab/engine/events";
import { initStack, selectedStack, setConfig } from "./workspace";

/** Stands in for `pulumi preview`: the lab's engine with the CLI's arguments and event log, as far as reviews and the README use them. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "non-interactive": { type: "boolean" },
      stack: { type: "string" },
      "event-log": { type: "string" },
      "policy-pack": { type: "string", multiple: true, default: [] },
      "policy-pack-config": { type: "string", multiple: true, default: [] },
      "config-file": { type: "string" },
      config: { type: "string", multiple: true, default: [] },
    },
  });
  const [command, ...more] = positionals;
  if (command === "stack" && more[0] === "init") return initStack(more[1] ?? "");
  if (command === "config" && more[0] === "set") return setConfig(more[1] ?? "", more[2] ?? "");
  if (command !== "preview") throw new Error(`'pulumi ${positionals.join(" ")}' is nothing that this stand-in knows`);
  refuseSettings(values["policy-pack"].length, values["policy-pack-config"]);
  const stack = values.stack ?? selectedStack();
  const stateDir = mkdtempSync(join(tmpdir(), "stand-in-"));
  const events: EngineEvent[] = [];
  try {
    const line = {
      command: "preview" as const,
      cwd: process.cwd(),
      stack,
      configFile: values["config-file"] ?? `Pulumi.${stack}.yaml`,
      stateDir,
      targets: [],
      policyPacks: values["policy-pack"],
      json: true,
      skipPreview: false,
      config: Object.fromEntries(values.config.map((pair) => pair.split("=") as [string, string])),
    };
    const well = await new Engine(line, (event) => events.push(event), "review").execute();
    process.exitCode = well ? 0 : 255;
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
  if (values["event-log"]) writeFileSync(values["event-log"], logOf(events));
  else for (const event of events) console.log(lineOf(event));
}

/** Counts them like the CLI, and refuses settings, which the lab's engine does not support. */
function refuseSettings(packs: number, configs: readonly string[]): void {
  if (configs.length > 0 && configs.length !== packs)
    throw new Error('error: the number of "--policy-pack-config" flags must match the number of "--policy-pack" flags');
  const given = configs.find((file) => Object.keys(JSON.parse(readFileSync(file, "utf8"))).length > 0);
  if (given) throw new Error(`this stand-in takes no settings of rules, as in '${given}'`);
}

function logOf(events: readonly EngineEvent[]): string {
  const resourceChanges: Record<string, number> = {};
  for (const event of events) {
    if (event.event === "operation") resourceChanges[event.op] = (resourceChanges[event.op] ?? 0) + 1;
  }
  const logged = [...events.flatMap(asLogged), { summaryEvent: { resourceChanges } }];
  return logged.map((event) => `${JSON.stringify(event)}\n`).join("");
}

function asLogged(event: EngineEvent): object[] {
  if (event.event === "violation") {
    const { policy: policyName, pack: policyPackName, urn: resourceUrn, level: enforcementLevel, message } = event;
    return [{ policyEvent: { policyName, policyPackName, resourceUrn, enforcementLevel, message } }];
  }
  if (event.event === "diagnostic") return [{ diagnosticEvent: { severity: event.severity, message: event.message } }];
  return [];
}

void main();
