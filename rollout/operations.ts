/** The operations of the provider of a Rollout; built into one file, dist/providers/rollout.js. */
import { messageOf } from "../aws/failure";
import { printableLines } from "../chef/printable";
import { whileHeard } from "./heard";
import * as out from "./roll-out";
import type { RolloutState } from "./rollout-state";
import type { Say } from "./run";
import * as stopping from "./stop";

export { difference } from "./difference";
export { readBack } from "./read-back";

/** @throws errors that say what to do next; messages of AWS and instances are included as safe text */
export function rollOut(state: RolloutState, print: Say, previous?: RolloutState): Promise<RolloutState> {
  const heard = whileHeard(process.stdout);
  const rolling = out.rollOut(state, (line) => print(printableLines(line)), { previous, ensureHeard: heard.ensure });
  return asText(rolling.finally(heard.stop));
}

export function stopRollout(state: RolloutState, print: Say): Promise<void> {
  return asText(stopping.stopRollout(state, (line) => print(printableLines(line))));
}

async function asText<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Error(printableLines(messageOf(error)), { cause: error });
  }
}
