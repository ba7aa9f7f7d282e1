import { RECONCILE_MINUTES } from "./bounds";
import type { Environment, EnvironmentReader } from "./environment-reader";

/** What a worker is told beside what every reaper is. */
export interface WorkerSettings {
  /** Where its health and metrics are asked for; 0 for any free port. */
  readonly port: number;
  readonly bindAddress: string;
  /** Milliseconds that it may take to finish what it holds. */
  readonly drainMs: number;
  /** Minutes between two looks for what no message told of; 0 for none. */
  readonly reconcileMinutes: number;
  /** Whether it also writes its metrics into its log, for CloudWatch. */
  readonly emf: boolean;
}

/** REAPER_PORT (8080), REAPER_BIND_ADDRESS (127.0.0.1), REAPER_DRAIN_SECONDS (25), REAPER_RECONCILE_MINUTES (0), REAPER_EMF (false). */
export function readWorkerSettings(environment: Environment, { number, flag }: EnvironmentReader): WorkerSettings {
  return {
    port: number("REAPER_PORT", { otherwise: 8080, least: 0, most: 65_535 }),
    bindAddress: environment.REAPER_BIND_ADDRESS || "127.0.0.1",
    // Below the 30 seconds that ECS and Kubernetes give by default.
    drainMs: number("REAPER_DRAIN_SECONDS", { otherwise: 25, least: 1, most: 3600 }) * 1000,
    reconcileMinutes: number("REAPER_RECONCILE_MINUTES", RECONCILE_MINUTES),
    emf: flag("REAPER_EMF"),
  };
}
