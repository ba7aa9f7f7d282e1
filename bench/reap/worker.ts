import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectRoot } from "../../lab/services/places";
import { GROUP } from "./chef-server";
import { median } from "./median";
import type { LoadQueue } from "./queue";
import type { Stage } from "./stage";

export const WORKER = join(projectRoot, "dist", "components", "reaper", "worker", "worker.js");

export interface Drain {
  /** Instances a second, between the first that was settled and the last. */
  readonly perSecond: number;
  /** CPU of the worker for one instance, milliseconds, its start included. */
  readonly cpuMs: number;
  /** CPU of the Chef server for one instance, milliseconds. */
  readonly serverCpuMs: number;
  /** From receipt to decision, milliseconds. */
  readonly medianMs: number;
}

export interface DrainOptions extends Pick<Stage, "server" | "queues" | "instancesUrl"> {
  /** Where the worker reaches the Chef server. @default the server's own address */
  readonly chefUrl?: string;
  readonly concurrency: number;
  readonly connections: number;
}

/** Registers instances, announces their termination, and has the worker remove them. @throws when anything is left */
export async function drainOf(count: number, options: DrainOptions): Promise<Drain> {
  const queue = await options.queues.announce(await options.server.register(count));
  const result = await drain(count, queue, options);
  await options.server.assertEmpty();
  await queue.assertEmpty();
  return result;
}

/** Starts the worker as it is shipped, lets it drain the queue, and ends it by SIGTERM. */
async function drain(count: number, queue: LoadQueue, options: DrainOptions): Promise<Drain> {
  if (!existsSync(WORKER)) throw new Error(`'${WORKER}' is missing; run 'npm run build' first`);
  const child = spawn(process.execPath, [WORKER], {
    env: reaperEnvironment(queue, options),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const settled: number[] = [];
  let firstAt = 0;
  let lastAt = 0;
  let cpuSeconds = 0;
  let serverCpuSeconds = -cpuSecondsOf(options.server.service.pid);
  for await (const line of createInterface({ input: child.stdout })) {
    const { message, decision, milliseconds, time, reason } = JSON.parse(line);
    if (message !== "settled") continue;
    if (decision !== "acknowledged") throw new Error(`a message was not acknowledged but '${decision}': ${reason}`);
    settled.push(milliseconds);
    firstAt ||= Date.parse(time);
    if (settled.length === count) {
      lastAt = Date.parse(time);
      cpuSeconds = cpuSecondsOf(child.pid ?? 0);
      serverCpuSeconds += cpuSecondsOf(options.server.service.pid);
      setTimeout(() => child.kill("SIGTERM"), 500);
    }
  }
  const code = await exited;
  if (code !== 0) throw new Error(`the worker ended with '${code}', not drained`);
  // Those that were at work when the clock started are not counted: some of their work was done before.
  const perSecond = ((count - options.concurrency) * 1000) / (lastAt - firstAt);
  const [cpuMs, serverCpuMs] = [(cpuSeconds * 1000) / count, (serverCpuSeconds * 1000) / count];
  return { perSecond, cpuMs, serverCpuMs, medianMs: median(settled) };
}

/** The environment of a reaper that reads a queue. */
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

/** User and system time of a process, all its threads together. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
