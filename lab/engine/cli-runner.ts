import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runChild } from "./child";
import { eventsIn } from "./cli-events";
import { passphrase, writeConfiguration } from "./stack-folder";
import { type CommandOptions, type Result, resultOf, type StackOptions, type StackRunner } from "./stack-runner";

const PLUGINS = join(__dirname, "..", "providers", "bin");

/** Runs a stack with the Pulumi CLI: file backend in the state folder, no login, the lab's providers as plugins. */
export function cliRunner(options: StackOptions): StackRunner {
  const env = environment(options);
  const run = async (args: string[], onLine: (line: string) => void) => {
    const cwd = resolve(options.project);
    return runChild({
      file: "pulumi",
      args: [...args, "--non-interactive", "--stack", options.stack],
      cwd,
      env,
      onLine,
    });
  };
  const execute = async (command: string, given: CommandOptions = {}): Promise<Result> => {
    const { config, policyPacks = options.policyPacks ?? [], targets = [], onLine = options.onLine } = given;
    const skip = given.skipPreview ? ["--skip-preview"] : [];
    const lines: string[] = [];
    const take = (line: string) => {
      lines.push(line);
      onLine?.(line);
    };
    const configFile = writeConfiguration(options, { ...options.config, ...config });
    await makeStack(options, env);
    const eventLog = join(resolve(options.stateDir), `events.${options.stack}.${command}.json`);
    rmSync(eventLog, { force: true });
    const packs =
      command === "preview" || command === "up" ? policyPacks.flatMap((pack) => ["--policy-pack", resolve(pack)]) : [];
    const only = targets.flatMap((urn) => ["--target", urn]);
    const yes = command === "preview" ? [] : ["--yes"];
    const exitCode = await run(
      [command, ...yes, "--config-file", resolve(configFile), "--event-log", eventLog, ...packs, ...only, ...skip],
      take,
    );
    const log = existsSync(eventLog) ? readFileSync(eventLog, "utf8") : "";
    return resultOf(exitCode, eventsIn(log), lines.join("\n"));
  };
  return {
    name: "pulumi",
    preview: (given) => execute("preview", given),
    up: (given) => execute("up", given),
    refresh: (given) => execute("refresh", given),
    destroy: (given) => execute("destroy", given),
    outputs: async () => {
      const lines: string[] = [];
      const exitCode = await run(["stack", "output", "--json", "--show-secrets"], (line) => lines.push(line));
      if (exitCode !== 0) throw new Error(`the outputs of '${options.stack}' cannot be read: ${lines.join("\n")}`);
      return JSON.parse(lines.join("\n")) as Record<string, unknown>;
    },
  };
}

/**
 * Creates the stack on first use. `stack init` always writes into the configuration file beside Pulumi.yaml. So it runs in the state
 * folder, which contains a copy of Pulumi.yaml and the copy of the configuration.
 */
async function makeStack({ project, stack, stateDir }: StackOptions, env: NodeJS.ProcessEnv): Promise<void> {
  const cwd = resolve(stateDir);
  const made = join(cwd, `made.${stack}`);
  if (existsSync(made)) return;
  copyFileSync(join(project, "Pulumi.yaml"), join(cwd, "Pulumi.yaml"));
  const lines: string[] = [];
  const args = ["stack", "init", stack, "--no-select", "--non-interactive"];
  const exitCode = await runChild({ file: "pulumi", args, cwd, env, onLine: (line) => lines.push(line) });
  if (exitCode !== 0) throw new Error(`pulumi could not make the stack '${stack}': ${lines.join("\n")}`);
  writeFileSync(made, "");
}

function environment(options: StackOptions): NodeJS.ProcessEnv {
  const stateDir = resolve(options.stateDir);
  mkdirSync(stateDir, { recursive: true });
  return {
    ...process.env,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: process.env.PULUMI_NODEJS_TRANSPILE_ONLY ?? "true",
    ...options.environment,
    PATH: [pluginFolder(stateDir), options.environment?.PATH ?? process.env.PATH].join(delimiter),
    PULUMI_BACKEND_URL: pathToFileURL(stateDir).href,
    PULUMI_CONFIG_PASSPHRASE: passphrase(stateDir),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Without it, the CLI does not accept --event-log.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}

/** Runs `pulumi stack rename`. @returns a runner for the stack under its new name, with the same state */
export async function renameStack(options: StackOptions, stack: string): Promise<StackRunner> {
  const lines: string[] = [];
  const args = ["stack", "rename", `organization/${projectOf(options)}/${stack}`, "--stack", options.stack];
  const cwd = resolve(options.stateDir);
  const env = environment(options);
  const exitCode = await runChild({ file: "pulumi", args, cwd, env, onLine: (line) => lines.push(line) });
  if (exitCode !== 0) throw new Error(`pulumi could not rename the stack '${options.stack}': ${lines.join("\n")}`);
  writeFileSync(join(cwd, `made.${stack}`), "");
  return cliRunner({ ...options, stack });
}

function projectOf({ project }: StackOptions): string {
  return /^name: *(\S+)/m.exec(readFileSync(join(project, "Pulumi.yaml"), "utf8"))?.[1] ?? "";
}

/** Folder with the lab's plugins. A genuine `command` plugin on PATH takes precedence over the lab's; a genuine `aws` plugin never does. */
function pluginFolder(stateDir: string): string {
  if (!onPath("pulumi-resource-command")) return PLUGINS;
  const folder = join(stateDir, "plugins");
  mkdirSync(folder, { recursive: true });
  const link = join(folder, "pulumi-resource-aws");
  if (!existsSync(link)) symlinkSync(join(PLUGINS, "pulumi-resource-aws"), link);
  return folder;
}

/** Whether a program of this name is on PATH, not counting the lab's own plugins. */
export function onPath(name: string): boolean {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "" && folder !== PLUGINS);
  return folders.some((folder) => existsSync(join(folder, name)));
}
