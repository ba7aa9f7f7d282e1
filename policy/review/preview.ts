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
  /** Longest wait for the preview, in seconds. */
  readonly timeoutSeconds: number;
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
      "'pulumi' is not on PATH, and the review needs it for the preview; install it from https://www.pulumi.com/docs/install/",
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "chef-autoscaling-review-"));
  const eventLog = join(folder, "events.json");
  try {
    const { code, isLate } = await run(
      [...argumentsOf(options, eventLog), ...configuration(options, folder)],
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

/** How a preview ended, and whether it was stopped because it took too long. */
interface Ended {
  readonly code: number | null;
  readonly isLate: boolean;
}

/** How long the CLI may take to cancel a preview before it is killed, in milliseconds. */
const CANCEL_MS = 10_000;

function run(args: readonly string[], cwd: string, timeoutSeconds: number): Promise<Ended> {
  // Without PULUMI_DEBUG_COMMANDS the CLI does not know --event-log.
  const env = { ...process.env, PULUMI_DEBUG_COMMANDS: "true", PULUMI_SKIP_UPDATE_CHECK: "true" };
  // A group of its own, so that what the CLI started ends with it.
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
        // Whoever else holds the pipe is not waited for.
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
    // It has ended already.
  }
}

function onPath(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, name)));
}
