import { isSecret } from "../providers/secrets";
import { isObject, type Properties, type Value } from "../providers/values";
import { readCommandLine } from "./command-line";
import { Engine } from "./engine";
import { type EngineEvent, lineOf } from "./events";

const NOTICE = "lab engine: a test double for the Pulumi CLI, for machines without it";

/**
 * Entry point of the engine. With --json, every line on stdout is one event, and secret outputs are in plain text for the calling process;
 * without it, the lines are for people. The exit code is 0 only if the command succeeds.
 */
async function main(args: string[]): Promise<void> {
  const line = readCommandLine(args);
  const write = (text: string) => process.stdout.write(`${text}\n`);
  const emit = (event: EngineEvent) =>
    write(line.json ? JSON.stringify(shown(event, true)) : lineOf(shown(event, false)));
  emit({ event: "diagnostic", severity: "info", message: NOTICE });
  try {
    const well = await new Engine(line, emit, process.env.PULUMI_CONFIG_PASSPHRASE).execute();
    process.exitCode = well ? 0 : 1;
  } catch (error) {
    emit({ event: "diagnostic", severity: "error", message: (error as Error).message });
    process.exitCode = 1;
  }
}

function shown(event: EngineEvent, secrets: boolean): EngineEvent {
  if (event.event !== "outputs") return event;
  const mask = (value: Value): Value => {
    if (isSecret(value)) return secrets ? mask(value.value) : "[secret]";
    if (Array.isArray(value)) return value.map(mask);
    return isObject(value) ? maskAll(value) : value;
  };
  const maskAll = (properties: Properties): Properties =>
    Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, mask(value)]));
  return { ...event, outputs: maskAll(event.outputs) };
}

// The next run reads interrupted operations from the state file. The children must not outlive the engine.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => process.exit(code));
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
