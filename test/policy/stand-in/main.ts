import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Engine } from "../../../lab/engine/engine";
import type { EngineEvent } from "../../../lab/engine/events";

/** Stands in for `pulumi preview`: the lab's engine behind the arguments and the event log of the CLI, as far as a review uses them. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "non-interactive": { type: "boolean" },
      stack: { type: "string", default: "" },
      "event-log": { type: "string", default: "" },
      "policy-pack": { type: "string", multiple: true, default: [] },
      "config-file": { type: "string" },
      config: { type: "string", multiple: true, default: [] },
    },
  });
  if (positionals[0] !== "preview") return;
  const stateDir = mkdtempSync(join(tmpdir(), "stand-in-"));
  const events: EngineEvent[] = [];
  try {
    const line = {
      command: "preview" as const,
      cwd: process.cwd(),
      stack: values.stack,
      configFile: values["config-file"] ?? `Pulumi.${values.stack}.yaml`,
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
  writeFileSync(values["event-log"], logOf(events));
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
    const { policy: policyName, urn: resourceUrn, level: enforcementLevel, message } = event;
    return [{ policyEvent: { policyName, resourceUrn, enforcementLevel, message } }];
  }
  if (event.event === "diagnostic") return [{ diagnosticEvent: { severity: event.severity, message: event.message } }];
  return [];
}

void main();
