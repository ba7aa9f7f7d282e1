/**
 * The reaper as a process that you run, with targets in addition to the Chef server.
 *
 * @module pulumi-chef-autoscaling/worker
 */

import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { createReaper, type Reaper, type ReaperOptions } from "../reaper";
import { startReconcileTimer } from "../reconcile-timer";
import { type ReaperSettings, readSettings } from "../settings/settings";
import { createEmfMetrics } from "../telemetry/emf-metrics";
import { createLog, type Log } from "../telemetry/log";
import { allMetrics, type ReaperMetrics } from "../telemetry/metrics";
import { createPrometheusMetrics, type PrometheusMetrics } from "../telemetry/prometheus-metrics";
import { type Consumers, createConsumers } from "./consumers";
import { workerHealth } from "./worker-health";
import { startWorkerServer } from "./worker-server";

export type { ReaperOptions } from "../reaper";
export type { GoneInstance, ReapTarget } from "../removal/target";

/** Exit codes of the worker's process. */
export const WORKER_EXIT = {
  /** Ended by SIGTERM or SIGINT, with all messages processed. */
  drained: 0,
  /** Its environment is invalid, or its port is in use; nothing was received. */
  settings: 2,
  /** The drain time expired, or a second signal arrived, while messages were in progress; they return to the queue. */
  notDrained: 3,
} as const;

const PUBLISH_EVERY_MS = 60_000;

/**
 * Runs the reaper on a queue until a signal ends it. Settings come from the environment; lines of JSON go to standard output.
 *
 * @returns the exit code for the process, one of `WORKER_EXIT`; abandoned long polls may still hold sockets, so end the process with
 * `process.exit`
 * @example
 * ```ts
 * void runWorker({ targets: [dns] }).then((code) => process.exit(code));
 * ```
 */
export async function runWorker(options: ReaperOptions = {}): Promise<number> {
  signOnEveryCore();
  const log = createLog();
  const settings = settingsOrIssues(log);
  if (settings?.queueUrl === undefined) return WORKER_EXIT.settings;
  const prometheus = createPrometheusMetrics();
  const metrics = settings.worker.emf ? allMetrics([prometheus, createEmfMetrics()]) : prometheus;
  const reaper = createReaper(settings, { log, metrics }, options);
  const { queueUrl, concurrency } = settings;
  const consumers = createConsumers(reaper, { queueUrl, concurrency, log });
  const state = { draining: false };
  if (!(await isServed(settings, { consumers, prometheus, state, log }))) return WORKER_EXIT.settings;
  return receiveUntilSignalled(settings, { reaper, consumers, metrics, state, log });
}

/**
 * Signing takes half of the worker's CPU time, and runs in Node's thread pool: as many threads as cores, since fewer leave cores idle and
 * more compete with the event loop. At least two, since a DNS lookup blocks one for as long as the name server takes. Has an effect only if
 * the pool has not been used yet.
 *
 * @see https://docs.libuv.org/en/v1.x/threadpool.html
 */
function signOnEveryCore(): void {
  process.env.UV_THREADPOOL_SIZE ??= String(Math.max(2, availableParallelism()));
}

interface Running {
  readonly consumers: Consumers;
  readonly state: { draining: boolean };
  readonly log: Log;
}

async function receiveUntilSignalled(
  settings: ReaperSettings,
  { reaper, consumers, metrics, state, log }: Running & { readonly reaper: Reaper; readonly metrics: ReaperMetrics },
): Promise<number> {
  const { queueUrl, concurrency, groups, dryRun, worker } = settings;
  const publishing = setInterval(() => metrics.publish(), PUBLISH_EVERY_MS);
  const signalled = nextSignal();
  consumers.start();
  log("info", "the worker is receiving messages", { queueUrl, concurrency, groups: groups.join(","), dryRun });
  const reconciling = startReconcileTimer(reaper, { minutes: worker.reconcileMinutes, log });
  const signal = await signalled;
  state.draining = true;
  log("info", "the worker is draining; a second signal stops it at once", { signal });
  const drained = Promise.all([consumers.drain(worker.drainMs), inTime(reconciling.stop(), worker.drainMs)]);
  const all = await Promise.race([drained.then((ends) => ends.every(Boolean)), nextSignal().then(() => false)]);
  clearInterval(publishing);
  metrics.publish();
  log(all ? "info" : "error", all ? "the worker has drained" : "the worker exits with unfinished messages");
  return all ? WORKER_EXIT.drained : WORKER_EXIT.notDrained;
}

/** Whether its health and metrics can be served. */
async function isServed(
  settings: ReaperSettings,
  { consumers, prometheus, state, log }: Running & { readonly prometheus: PrometheusMetrics },
): Promise<boolean> {
  const { chef, worker } = settings;
  const { port, bindAddress } = worker;
  const health = () => workerHealth(consumers, { chefTimeoutMs: chef.timeoutMs, draining: state.draining });
  return startWorkerServer({ port, bindAddress, health, prometheus }).then(
    (listening) => {
      log("info", "the worker serves /healthz, /readyz and /metrics", { bindAddress, port: listening });
      return true;
    },
    (error: Error) => {
      const fix = "set REAPER_PORT and REAPER_BIND_ADDRESS to a free port and address";
      log("error", `cannot listen on ${bindAddress}, port ${port}: ${error.message}; ${fix}`);
      return false;
    },
  );
}

function settingsOrIssues(log: Log): ReaperSettings | undefined {
  try {
    return readSettings(process.env, true);
  } catch (error) {
    log("error", error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Whether it ends within the time. */
function inTime(action: Promise<void>, milliseconds: number): Promise<boolean> {
  return Promise.race([action.then(() => true), setTimeout(milliseconds, false, { ref: false })]);
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signalled = (signal: NodeJS.Signals): void => {
      process.off("SIGTERM", signalled).off("SIGINT", signalled);
      resolve(signal);
    };
    process.on("SIGTERM", signalled).on("SIGINT", signalled);
  });
}
