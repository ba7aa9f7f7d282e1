import type { Consumers } from "./consumers";

/** What a worker's orchestrator asks for. */
export interface WorkerHealth {
  /** Its loops go round: if not, only a new process helps. */
  readonly live: boolean;
  /** It receives and settles messages. */
  readonly ready: boolean;
  readonly draining: boolean;
  /** Seconds since the loop that is silent the longest heard from the queue or settled a batch. */
  readonly silentSeconds: number;
}

/** A long poll takes 20 seconds; a queue that is away for a short time is no reason to begin anew. */
const LONGEST_SILENCE_MS = 300_000;
/** Requests to the Chef server, one after the other, that a batch waits for, with one more for a retry with a new key. */
const CHEF_REQUESTS = 4;

/** @param chefTimeoutMs for each of a batch's requests to the Chef server, during which its loop is silent for a good reason */
export function workerHealth(
  consumers: Pick<Consumers, "haveHeard" | "silentMs">,
  { chefTimeoutMs, draining }: { readonly chefTimeoutMs: number; readonly draining: boolean },
): WorkerHealth {
  const silentMs = consumers.silentMs();
  const live = silentMs <= LONGEST_SILENCE_MS + CHEF_REQUESTS * chefTimeoutMs;
  const silentSeconds = Math.round(silentMs / 1000);
  return { live, ready: live && !draining && consumers.haveHeard(), draining, silentSeconds };
}
