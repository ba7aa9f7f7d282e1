import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { projectRoot } from "../../lab/services/places";
import { median } from "../median";
import { GROUP } from "./chef-server";
import { cpuSecondsOf } from "./cpu";
import type { LoadQueue } from "./queue";
import type { Stage } from "./stage";

const WORKER = join(projectRoot, "dist", "worker", "worker.js");

export interface Drain {
  /** Instances per second, between the first settled message and the last. */
  readonly perSecond: number;
  /** Milliseconds of the worker's CPU time per instance, including its start. */
  readonly cpuMs: number;
  /** Milliseconds of the Chef server's CPU time per instance. */
  readonly serverCpuMs: number;
  /** Milliseconds from receiving a message to the decision about it, median. */
  readonly medianMs: number;
}

/** Interval between polls, long enough to cost almost no CPU time. */
const POLL_MS = 250;

export interface DrainOptions extends Pick<Stage, "server" | "queues" | "instancesUrl" | "folder"> {
  /** URL under which the worker reaches the Chef server. @default the server's own URL */
  readonly chefUrl?: string;
  readonly concurrency: number;
  readonly connections: number;
}

/** Registers instances, sends their termination notifications and lets the worker remove them. @throws if anything is left */
export async function drainOf(count: number, options: DrainOptions): Promise<Drain> {
  const queue = await options.queues.announce(await options.server.register(count));
  const result = await drain(count, queue, options);
  await options.server.assertEmpty();
  await queue.assertEmpty();
  return result;
}

/**
 * Starts the worker as published, lets it drain the queue and ends it with SIGTERM. Its log goes to a file that is read afterwards, so
 * that reading it takes no CPU time during the measurement.
 */
async function drain(count: number, queue: LoadQueue, options: DrainOptions): Promise<Drain> {
  if (!existsSync(WORKER)) throw new Error(`'${WORKER}' is missing; run 'npm run build' first`);
  const log = join(options.folder, `worker-${randomUUID()}.log`);
  const output = openSync(log, "a");
  const child = spawn(process.execPath, [WORKER], {
    env: reaperEnvironment(queue, options),
    stdio: ["ignore", output, "inherit"],
  });
  closeSync(output);
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const before = cpuSecondsOf(options.server.service.pid);
  while ((await queue.left()) > 0 && child.exitCode === null) await setTimeout(POLL_MS);
  const cpuMs = (cpuSecondsOf(child.pid ?? 0) * 1000) / count;
  const serverCpuMs = ((cpuSecondsOf(options.server.service.pid) - before) * 1000) / count;
  child.kill("SIGTERM");
  const code = await exited;
  if (code !== 0) throw new Error(`the worker ended with '${code}', not drained`);
  return { ...settledIn(readFileSync(log, "utf8"), count, options.concurrency), cpuMs, serverCpuMs };
}

/** @throws if the log has another number of settled messages, or one that was not acknowledged */
function settledIn(log: string, count: number, concurrency: number): Pick<Drain, "perSecond" | "medianMs"> {
  const lines = log.split("\n").filter((line) => line.includes('"message":"settled"'));
  const settled = lines.map((line) => JSON.parse(line));
  const other = settled.find(({ decision }) => decision !== "acknowledged");
  if (other) throw new Error(`a message was not acknowledged but '${other.decision}': ${other.reason}`);
  if (settled.length !== count) throw new Error(`the worker settled ${settled.length} messages, expected ${count}`);
  // Messages in progress when the clock started are not counted, because part of their work was done before.
  const seconds = (Date.parse(settled.at(-1).time) - Date.parse(settled[0].time)) / 1000;
  const medianMs = median(settled.map(({ milliseconds }) => milliseconds));
  return { perSecond: (count - concurrency) / seconds, medianMs };
}

/** Environment variables of a reaper that reads a queue. */
export function reaperEnvironment(queue: LoadQueue, options: DrainOptions): NodeJS.ProcessEnv {
  const { server, queues, instancesUrl, chefUrl, concurrency, connections } = options;
  return {
    PATH: process.env.PATH,
    NODE_NO_WARNINGS: "1",
    BENCH_CHEF_KEY: server.key,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL_EC2: instancesUrl,
    ...queues.environment,
    REAPER_CHEF_SERVER_URL: chefUrl ?? server.url,
    REAPER_CHEF_CLIENT_NAME: "admin",
    REAPER_CHEF_KEY: JSON.stringify({ environment: "BENCH_CHEF_KEY" }),
    REAPER_CHEF_CONNECTIONS: String(connections),
    REAPER_GROUPS: JSON.stringify([GROUP]),
    REAPER_QUEUE_URL: queue.url,
    REAPER_DEAD_LETTER_QUEUE_URL: queue.deadLettersUrl,
    REAPER_CONCURRENCY: String(concurrency),
    REAPER_PORT: "0",
  };
}
