import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { companion } from "../providers/companion";
import type { Monitor } from "./monitor";
import type { Configuration, Project } from "./project";
import type { Run } from "./run";

/** Number of resources that the program may register in parallel. */
const PARALLEL = 16;

/**
 * Runs the project's unmodified program in a separate process with the SDK's own runner, as the CLI's language host does. Resolves with
 * whether it succeeded. Its output is emitted as events.
 */
export async function runProgram(
  project: Project,
  configuration: Configuration,
  run: Run,
  monitor: Monitor,
): Promise<boolean> {
  const sdk = createRequire(join(project.programFolder, "package.json"));
  const settings = {
    monitor: monitor.address,
    engine: monitor.address,
    organization: "organization",
    project: project.name,
    "root-directory": project.root,
    stack: run.stack,
    pwd: project.programFolder,
    parallel: String(PARALLEL),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const preview = run.preview ? ["--dry-run"] : [];
  const runner = sdk.resolve("@pulumi/pulumi/cmd/run");
  const child = companion(
    spawn(process.execPath, [...project.nodeArguments, runner, ...flags, ...preview, project.entry], {
      cwd: project.programFolder,
      env: environment(configuration, project.typescript),
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (message) =>
      run.emit({ event: "diagnostic", severity: "info", message }),
    );
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  await monitor.idle();
  return code === 0;
}

function environment(configuration: Configuration, typescript: boolean): NodeJS.ProcessEnv {
  const { PULUMI_CONFIG_PASSPHRASE: _, NODE_OPTIONS: __, ...inherited } = process.env;
  return {
    ...inherited,
    PULUMI_CONFIG: JSON.stringify(configuration),
    PULUMI_CONFIG_SECRET_KEYS: "[]",
    PULUMI_NODEJS_TYPESCRIPT: String(typescript),
    // Skip type checking, which takes longer than the run and belongs to other tools.
    PULUMI_NODEJS_TRANSPILE_ONLY: process.env.PULUMI_NODEJS_TRANSPILE_ONLY ?? "true",
  };
}
