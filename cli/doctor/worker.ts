import { isRecord, parseJson } from "../../common/json";
import { attempt, type Check, failed, ok } from "./check";

const TIMEOUT_MS = 10_000;
const FIX = "check the worker's log, and restart it if its receive loops hang";

/**
 * Asks a worker whether it receives and processes messages.
 *
 * @param url of its server, without a path
 */
export function checkWorker(url: string): Promise<Check> {
  const fix = "check the URL, the worker's REAPER_PORT and REAPER_BIND_ADDRESS, and the network in between";
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

/** @param health response of the worker's `/readyz` */
export function judgeWorker(health: unknown): Check {
  if (!isRecord(health) || typeof health.ready !== "boolean") {
    return failed("worker", "the response is not from a reaper's worker", "check that the URL is the worker's");
  }
  const { ready, live, draining, silentSeconds } = health;
  if (ready)
    return ok("worker", `receives and processes messages; last response from the queue ${silentSeconds} s ago`);
  if (draining) return failed("worker", "it is being stopped and receives no more messages", "start another one");
  const said = live
    ? "it has not had a response from the queue yet"
    : `its receive loops have been hanging for ${silentSeconds} s`;
  return failed("worker", said, FIX);
}
