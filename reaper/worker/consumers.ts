import { setMaxListeners } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { Reaper } from "../reaper";
import type { Log } from "../telemetry/log";
import { createPollingLoop, type PollingLoop } from "./polling-loop";
import { createPollingSqs } from "./polling-sqs";

export interface ConsumersOptions {
  readonly queueUrl: string;
  /** Messages processed at a time. */
  readonly concurrency: number;
  readonly log: Log;
}

/** Polling loops over one queue. */
export interface Consumers {
  start(): void;
  /**
   * Stops receiving and waits for the messages in progress.
   *
   * @returns whether all of them ended in time
   */
  drain(milliseconds: number): Promise<boolean>;
  /** Whether each loop has had a response from the queue. */
  haveHeard(): boolean;
  /** Milliseconds since the loop that has been silent for longest had a response from the queue or finished a batch. */
  silentMs(): number;
}

/** SQS's maximum for one receive. */
const LARGEST_BATCH = 10;

/** As many loops as the concurrency requires. */
export function createConsumers(reaper: Reaper, { queueUrl, concurrency, log }: ConsumersOptions): Consumers {
  const count = Math.ceil(concurrency / LARGEST_BATCH);
  const stopping = new AbortController();
  setMaxListeners(count + 1, stopping.signal);
  const sqs = createPollingSqs(count, stopping.signal);
  const options = { queueUrl, batchSize: Math.ceil(concurrency / count), sqs, log, stop: stopping.signal };
  const loops = Array.from({ length: count }, () => createPollingLoop(reaper, options));
  return {
    start: () => {
      for (const loop of loops) loop.start();
    },
    drain: (milliseconds) => {
      stopping.abort();
      return drained(loops, milliseconds);
    },
    haveHeard: () => loops.every((loop) => loop.hasHeard()),
    silentMs: () => Date.now() - Math.min(...loops.map((loop) => loop.movedAt())),
  };
}

async function drained(loops: readonly PollingLoop[], milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds;
  for (const loop of loops) loop.stop();
  while (loops.some((loop) => loop.isBusy())) {
    if (Date.now() > until) return false;
    await setTimeout(50);
  }
  return true;
}
