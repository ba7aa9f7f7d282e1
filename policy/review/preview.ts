import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { reviewOf } from "./event-log";
import type { Review } from "./finding";

export interface PreviewOptions {
  readonly stack: string;
  /** Folder of Pulumi.yaml. */
  readonly project: string;
  readonly policyPack: string;
  /** File of levels and settings for the pack. @default what the rules say of themselves */
  readonly policyConfig?: string;
  /** Configuration values laid over the stack's, as `key=value`. */
  readonly config: readonly string[];
}

/**
 * Previews the stack under the policy pack with the Pulumi CLI; what the CLI prints goes to stderr.
 *
 * @throws where the CLI is not on PATH
 */
export async function preview(options: PreviewOptions): Promise<Review> {
  if (!onPath("pulumi")) {
    throw new Error(
      "'pulumi' is not on PATH, and the review previews with it; install it from https://www.pulumi.com/docs/install/",
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "chef-autoscaling-review-"));
  const eventLog = join(folder, "events.json");
  try {
    const code = await run([...argumentsOf(options, eventLog), ...configuration(options, folder)], options.project);
    const review = reviewOf(options.stack, existsSync(eventLog) ? readFileSync(eventLog, "utf8") : "");
    const unexplained = code !== 0 && review.findings.length + review.errors.length === 0;
    return unexplained ? { ...review, errors: [`pulumi preview ended with ${code}; its own words are above`] } : review;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function argumentsOf({ stack, policyPack, policyConfig }: PreviewOptions, eventLog: string): string[] {
  return [
    ...["preview", "--non-interactive", "--stack", stack, "--event-log", eventLog],
    ...["--policy-pack", resolve(policyPack)],
    ...(policyConfig ? ["--policy-pack-config", resolve(policyConfig)] : []),
  ];
}

/** The CLI writes what `--config` gives into the stack's file; a review must leave no trace, so it gets a copy. */
function configuration({ stack, project, config }: PreviewOptions, folder: string): string[] {
  const pairs = config.flatMap((pair) => ["--config", pair]);
  const [file, copy] = [project, folder].map((place) => resolve(place, `Pulumi.${stack}.yaml`)) as [string, string];
  if (config.length === 0 || !existsSync(file)) return pairs;
  copyFileSync(file, copy);
  return ["--config-file", copy, ...pairs];
}

function run(args: readonly string[], cwd: string): Promise<number | null> {
  // Without PULUMI_DEBUG_COMMANDS the CLI does not know --event-log.
  const env = { ...process.env, PULUMI_DEBUG_COMMANDS: "true", PULUMI_SKIP_UPDATE_CHECK: "true" };
  const child = spawn("pulumi", args, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.pipe(process.stderr);
  return new Promise((ended, failed) => {
    child.once("error", failed);
    child.once("close", ended);
  });
}

function onPath(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, name)));
}
