import type { Consumers } from "./consumers";

/** The health that an orchestrator checks. */
export interface WorkerHealth {
  /** Its receive loops work: if not, only a restart helps. */
  readonly live: boolean;
  /** It receives and processes messages. */
  readonly ready: boolean;
  readonly draining: boolean;
  /** Seconds since the loop that has been silent for longest had a response from the queue or finished a batch. */
  readonly silentSeconds: number;
}

/** A long poll takes 20 seconds; a queue that is unavailable for a short time is no reason to restart. */
const LONGEST_SILENCE_MS = 300_000;
/** Sequential requests to the Chef server that a batch waits for, plus one for a retry with a new key. */
const CHEF_REQUESTS = 4;

/** @param chefTimeoutMs for each of a batch's requests to the Chef server, during which its loop is legitimately silent */
export function workerHealth(
  consumers: Pick<Consumers, "haveHeard" | "silentMs">,
  { chefTimeoutMs, draining }: { readonly chefTimeoutMs: number; readonly draining: boolean },
): WorkerHealth {
  const silentMs = consumers.silentMs();
  const live = silentMs <= LONGEST_SILENCE_MS + CHEF_REQUESTS * chefTimeoutMs;
  const silentSeconds = Math.round(silentMs / 1000);
  return { live, ready: live && !draining && consumers.haveHeard(), draining, silentSeconds };
}
