import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { reviewOf } from "./event-log";
import type { Review } from "./finding";
import type { Pack } from "./packs";

export interface PreviewOptions {
  readonly stack: string;
  /** Folder of Pulumi.yaml. */
  readonly project: string;
  readonly packs: readonly Pack[];
  /** Timeout of the preview, in seconds. */
  readonly timeoutSeconds: number;
  /** Configuration values that override the stack's, as `key=value`. */
  readonly config: readonly string[];
}

/**
 * Previews the stack with the policy pack in the Pulumi CLI; the CLI's output goes to stderr.
 *
 * @throws if the CLI is not on PATH
 */
export async function preview(options: PreviewOptions): Promise<Review> {
  if (!onPath("pulumi")) {
    throw new Error(
      "'pulumi' is not on PATH, and the review needs it for the preview; install it from https://www.pulumi.com/docs/install/",
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "chef-autoscaling-review-"));
  const eventLog = join(folder, "events.json");
  try {
    const { code, isLate } = await run(
      [...argumentsOf(options, eventLog), ...packArguments(options.packs, folder), ...configuration(options, folder)],
      options.project,
      options.timeoutSeconds,
    );
    const review = reviewOf(options.stack, existsSync(eventLog) ? readFileSync(eventLog, "utf8") : "");
    const why = isLate
      ? `pulumi preview had not ended after ${options.timeoutSeconds} s and was stopped; its output above shows what it waited for; raise --timeout to give it more time`
      : `pulumi preview exited with ${code}; see its output above`;
    const isUnexplained = isLate || (code !== 0 && review.findings.length + review.errors.length === 0);
    return isUnexplained ? { ...review, errors: [...review.errors, why] } : review;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function argumentsOf({ stack }: PreviewOptions, eventLog: string): string[] {
  return ["preview", "--non-interactive", "--stack", stack, "--event-log", eventLog];
}

/** The CLI requires a configuration for each pack or for none, so a pack without one gets an empty one. */
function packArguments(packs: readonly Pack[], folder: string): string[] {
  const named = packs.flatMap((pack) => ["--policy-pack", resolve(pack.folder)]);
  if (packs.every(({ config }) => config === undefined)) return named;
  const empty = join(folder, "no-configuration.json");
  writeFileSync(empty, "{}");
  return [...named, ...packs.flatMap(({ config }) => ["--policy-pack-config", config ? resolve(config) : empty])];
}

/** The CLI writes `--config` values to the stack's file; a review must not change it, so the CLI gets a copy. */
function configuration({ stack, project, config }: PreviewOptions, folder: string): string[] {
  const pairs = config.flatMap((pair) => ["--config", pair]);
  const [file, copy] = [project, folder].map((place) => resolve(place, `Pulumi.${stack}.yaml`)) as [string, string];
  if (config.length === 0 || !existsSync(file)) return pairs;
  copyFileSync(file, copy);
  return ["--config-file", copy, ...pairs];
}

/** How a preview ended, and whether it was stopped because of the timeout. */
interface Ended {
  readonly code: number | null;
  readonly isLate: boolean;
}

/** How long the CLI may take to cancel a preview before it is killed, in milliseconds. */
const CANCEL_MS = 10_000;

function run(args: readonly string[], cwd: string, timeoutSeconds: number): Promise<Ended> {
  // Without PULUMI_DEBUG_COMMANDS the CLI does not have --event-log.
  const env = { ...process.env, PULUMI_DEBUG_COMMANDS: "true", PULUMI_SKIP_UPDATE_CHECK: "true" };
  // A separate process group, so that everything the CLI started ends with it.
  const child = spawn("pulumi", args, { cwd, env, stdio: ["ignore", "pipe", "inherit"], detached: true });
  child.stdout.pipe(process.stderr);
  const stop = (signal: NodeJS.Signals) => signalGroup(child.pid, signal);
  for (const signal of SIGNALS) process.once(signal, stop);
  return new Promise((ended, failed) => {
    let isLate = false;
    let last: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      isLate = true;
      stop("SIGINT");
      last = setTimeout(() => {
        stop("SIGKILL");
        // Other holders of the pipe are not waited for.
        child.stdout.destroy();
      }, CANCEL_MS);
    }, timeoutSeconds * 1000);
    child.once("error", failed);
    child.once("close", (code) => {
      for (const one of [timer, last]) clearTimeout(one);
      for (const signal of SIGNALS) process.off(signal, stop);
      ended({ code, isLate });
    });
  });
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has already ended.
  }
}

function onPath(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, name)));
}
