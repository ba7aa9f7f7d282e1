import type { EC2Client } from "@aws-sdk/client-ec2";
import { describeInstances, type TakeDescribed } from "../../aws/described-instances";
import { fateOf } from "./classify";

/** How many there are of each fate; of those that may have to go, the ids: the census's own texts, which take no more room. */
export interface Fates {
  readonly living: number;
  readonly recent: number;
  readonly gone: readonly string[];
  readonly doubtful: readonly string[];
}

export interface FatesQuery {
  readonly instanceIds: ReadonlySet<string>;
  readonly graceSeconds: number;
  readonly now: number;
  readonly signal?: AbortSignal;
  onProgress(done: number): void;
}

/** Asks EC2 about each instance, batch by batch. @throws when EC2 does not answer, or the signal ends it */
export async function findFates(ec2: EC2Client, query: FatesQuery): Promise<Fates> {
  const fates = { living: 0, recent: 0, gone: [] as string[], doubtful: [] as string[] };
  let done = 0;
  const take: TakeDescribed = (ids, known) => {
    for (const id of ids) {
      const fate = fateOf(known.get(id), query.now, query.graceSeconds);
      if (fate === "gone" || fate === "doubtful") fates[fate].push(id);
      else fates[fate]++;
    }
    done += ids.length;
    query.onProgress(done);
  };
  await describeInstances(ec2, query.instanceIds, take, query.signal);
  return fates;
}
