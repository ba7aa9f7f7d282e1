import type { EC2Client } from "@aws-sdk/client-ec2";
import { describeInstances, type TakeDescribed } from "../../aws/described-instances";
import { classify } from "./classify";

/**
 * Number of instances of each class, and the ids of those that may have to be removed: the same strings as in the listing, which take no
 * additional memory.
 */
export interface Classified {
  readonly living: number;
  readonly recent: number;
  readonly gone: readonly string[];
  readonly doubtful: readonly string[];
}

export interface ClassifyQuery {
  readonly instanceIds: ReadonlySet<string>;
  readonly graceSeconds: number;
  readonly now: number;
  readonly signal?: AbortSignal;
  onProgress(done: number): void;
}

/**
 * Asks EC2 about each instance, in batches.
 *
 * @throws if EC2 does not respond, or the signal aborts it
 */
export async function classifyAll(ec2: EC2Client, query: ClassifyQuery): Promise<Classified> {
  const classified = { living: 0, recent: 0, gone: [] as string[], doubtful: [] as string[] };
  let done = 0;
  const take: TakeDescribed = (ids, known) => {
    for (const id of ids) {
      const found = classify(known.get(id), query.now, query.graceSeconds);
      if (found === "gone" || found === "doubtful") classified[found].push(id);
      else classified[found]++;
    }
    done += ids.length;
    query.onProgress(done);
  };
  await describeInstances(ec2, query.instanceIds, take, query.signal);
  return classified;
}
