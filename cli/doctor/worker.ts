import { isRecord, parseJson } from "../../chef/json";
import { attempt, type Check, failed, ok } from "./check";

const TIMEOUT_MS = 10_000;
const FIX = "look at the worker's log, and restart it when its loops stand still";

/** Asks a reaper that runs as a worker whether it receives and settles messages. @param url of its server, without a path */
export function checkWorker(url: string): Promise<Check> {
  const fix = "check the URL, REAPER_PORT and REAPER_BIND_ADDRESS of the worker, and the network between";
  return attempt(
    "worker",
    async () => {
      const answer = await fetch(new URL("/readyz", url), { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(unwrapped);
      return judgeWorker(parseJson(await answer.text()));
    },
    fix,
  );
}

/** The reason of a failed fetch is in its cause. */
function unwrapped(error: Error): never {
  throw error.cause instanceof Error ? error.cause : error;
}

/** @param health what the worker's `/readyz` answers */
export function judgeWorker(health: unknown): Check {
  if (!isRecord(health) || typeof health.ready !== "boolean") {
    return failed("worker", "the answer is none of a reaper's worker", "check that the URL is the worker's");
  }
  const { ready, live, draining, silentSeconds } = health;
  if (ready) return ok("worker", `receives and settles messages; last heard from the queue ${silentSeconds} s ago`);
  if (draining) return failed("worker", "it is being stopped and receives no more", "start another one");
  const said = live ? "it has not heard from the queue yet" : `its loops stand still since ${silentSeconds} s`;
  return failed("worker", said, FIX);
}
