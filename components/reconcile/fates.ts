import type { EC2Client } from "@aws-sdk/client-ec2";
import { describeInstances, type TakeDescribed } from "../described-instances";
import { fateOf } from "./fate";

/** How many there are of each fate; of those that may have to go, the ids. */
export interface Fates {
  readonly living: number;
  readonly recent: number;
  /** Gone and doubtful together. */
  readonly suspects: number;
  /** Not more than asked for. */
  readonly gone: readonly string[];
  readonly doubtful: readonly string[];
}

export interface FatesQuery {
  readonly instanceIds: ReadonlySet<string>;
  readonly graceSeconds: number;
  readonly now: number;
  /** Ids of suspects to keep, at most; the rest is only counted. */
  readonly most: number;
  readonly signal?: AbortSignal;
  onProgress(done: number): void;
}

/** Asks EC2 about each instance, batch by batch. @throws when EC2 does not answer, or the signal ends it */
export async function findFates(ec2: EC2Client, query: FatesQuery): Promise<Fates> {
  const counts = { living: 0, recent: 0, gone: 0, doubtful: 0 };
  const kept = { gone: [] as string[], doubtful: [] as string[] };
  let done = 0;
  const take: TakeDescribed = (ids, known) => {
    for (const id of ids) {
      const fate = fateOf(known.get(id), query.now, query.graceSeconds);
      counts[fate]++;
      if ((fate === "gone" || fate === "doubtful") && kept.gone.length + kept.doubtful.length < query.most) {
        kept[fate].push(id);
      }
    }
    done += ids.length;
    query.onProgress(done);
  };
  await describeInstances(ec2, query.instanceIds, take, query.signal);
  return { living: counts.living, recent: counts.recent, suspects: counts.gone + counts.doubtful, ...kept };
}
