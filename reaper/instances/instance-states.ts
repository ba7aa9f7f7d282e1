import { setTimeout } from "node:timers/promises";
import type { EC2Client } from "@aws-sdk/client-ec2";
import { askById } from "./ask-by-id";
import { type InstanceState, stateIn } from "./instance-state";

/** Instances per request. EC2 accepts a thousand, but one unknown instance makes the rest be requested again. */
const MOST_AT_A_TIME = 100;
/** Messages of one batch arrive within this time of each other. */
const COLLECTED_MS = 5;

interface Asked {
  readonly instanceId: string;
  readonly resolve: (state: InstanceState) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks EC2 for the states of instances. Requests within a few milliseconds, or during a call, are combined into one call: for a burst of
 * terminations, single or concurrent calls would exceed EC2's rate limit.
 *
 * @returns a function that throws if EC2 does not respond, or if its response does not contain the instance
 */
export function createInstanceStates(ec2: EC2Client): (instanceId: string) => Promise<InstanceState> {
  const collected: Asked[] = [];
  let asking = false;
  const askAll = async (): Promise<void> => {
    asking = true;
    await setTimeout(COLLECTED_MS);
    while (collected.length > 0) {
      await answer(ec2, collected.splice(0, MOST_AT_A_TIME));
    }
    asking = false;
  };
  return (instanceId) =>
    new Promise((resolve, reject) => {
      collected.push({ instanceId, resolve, reject });
      if (!asking) void askAll();
    });
}

/** Never throws: every caller gets the failure. */
async function answer(ec2: EC2Client, asked: readonly Asked[]): Promise<void> {
  const ids = [...new Set(asked.map(({ instanceId }) => instanceId))];
  const states = askById(ec2, ids);
  await Promise.all(
    asked.map(({ instanceId, resolve, reject }) =>
      states.then((answered) => stateIn(answered, instanceId)).then(resolve, reject),
    ),
  );
}
