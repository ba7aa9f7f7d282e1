import { builtProgram } from "../services/built-program";
import { runChild } from "./child";
import { type EngineEvent, lineOf } from "./events";
import { passphrase, writeConfiguration } from "./stack-folder";
import { type CommandOptions, type Result, resultOf, type StackOptions, type StackRunner } from "./stack-runner";

/** Runs a stack with the lab's engine, each command in a separate process. */
export function inProcessRunner(options: StackOptions): StackRunner {
  let told: Record<string, unknown> | undefined;
  const execute = async (command: string, given: CommandOptions = {}) => {
    const { config, policyPacks, targets = [], skipPreview = false, onLine = options.onLine } = given;
    const configFile = writeConfiguration(options, { ...options.config, ...config });
    const packs = command === "destroy" || command === "output" ? [] : (policyPacks ?? options.policyPacks ?? []);
    const place = ["--cwd", options.project, "--stack", options.stack, "--state-dir", options.stateDir];
    const flags = ["--config-file", configFile, "--json", ...packs.flatMap((pack) => ["--policy-pack", pack])];
    const only = [...targets.flatMap((urn) => ["--target", urn]), ...(skipPreview ? ["--skip-preview"] : [])];
    const events: EngineEvent[] = [];
    const lines: string[] = [];
    const exitCode = await runChild({
      file: process.execPath,
      args: [builtProgram("lab/engine/main.ts"), command, ...place, ...flags, ...only],
      cwd: options.project,
      env: environment(options),
      onLine: (line, stream) => {
        const event = stream === "stdout" ? eventIn(line) : undefined;
        if (event !== undefined) events.push(event);
        if (event?.event === "outputs") return;
        const shown = event === undefined ? line : lineOf(event);
        lines.push(shown);
        onLine?.(shown);
      },
    });
    // Known after `up` and `output`; any other command may have changed them
    told = events.find((event) => event.event === "outputs")?.outputs;
    return { events, result: resultOf(exitCode, events, lines.join("\n")) };
  };
  const command =
    (name: string) =>
    async (given?: CommandOptions): Promise<Result> =>
      (await execute(name, given)).result;
  return {
    name: "lab engine",
    preview: command("preview"),
    up: command("up"),
    refresh: command("refresh"),
    destroy: command("destroy"),
    outputs: async () => {
      if (told !== undefined) return told;
      const { result } = await execute("output", { onLine: () => {} });
      if (!result.ok) throw new Error(`the outputs of '${options.stack}' cannot be read: ${result.output}`);
      return told ?? {};
    },
  };
}

function environment(options: StackOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...options.environment,
    PULUMI_CONFIG_PASSPHRASE: passphrase(options.stateDir),
  };
}

/** Parses an event. Any other line was printed by something inside, such as a dynamic provider. */
function eventIn(line: string): EngineEvent | undefined {
  if (!line.startsWith('{"event":')) return undefined;
  return JSON.parse(line) as EngineEvent;
}
