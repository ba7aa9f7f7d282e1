import { setTimeout as sleep } from "node:timers/promises";
import { awsFailureOf } from "../aws/failure";
import { duration } from "./progress";
import type { Say } from "./run";

/** How long AWS may be out of reach, since it continues the rollout meanwhile. */
const PATIENCE_MS = 600_000;
const AGAIN_AFTER_MS = 2000;

const PASSING = ["throttled", "unreachable", "unknown-host", "unavailable"];

export type Caller = <T>(ask: () => Promise<T>) => Promise<T>;

/** Asks once. */
export const plainCaller: Caller = (ask) => ask();

/**
 * Asks again while AWS is out of reach or throttles, once it has answered for the first time: until then the settings may be wrong.
 *
 * @param ensureHeard called before each attempt; ends the asking by throwing
 */
export function patientCaller(say: Say, ensureHeard = async () => {}): Caller {
  let hasAnswered = false;
  return async (ask) => {
    const since = performance.now();
    for (let told = false; ; told = true) {
      await ensureHeard();
      try {
        const answer = await ask();
        hasAnswered = true;
        return answer;
      } catch (error) {
        const failure = awsFailureOf(error);
        if (!hasAnswered || !failure || !PASSING.includes(failure.cause)) throw error;
        if (performance.now() - since > PATIENCE_MS) throw error;
        if (!told) say(`${failure.message}; asking again for up to ${duration(PATIENCE_MS / 1000)}`);
        await sleep(AGAIN_AFTER_MS);
      }
    }
  };
}
