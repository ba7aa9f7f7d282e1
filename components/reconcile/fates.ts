import { DescribeInstancesCommand, type EC2Client, type Instance } from "@aws-sdk/client-ec2";
import { forEachBounded } from "../chef/concurrency";
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

/** Values that EC2 takes in one filter. By filter, and not by id: one unknown id would fail a whole call. */
const BATCH = 200;
/** Calls at a time; EC2 lets about 20 a second pass. */
const CALLS = 4;

/** Asks EC2 about each instance, batch by batch. @throws when EC2 does not answer, or the signal ends it */
export async function findFates(ec2: EC2Client, query: FatesQuery): Promise<Fates> {
  const counts = { living: 0, recent: 0, gone: 0, doubtful: 0 };
  const kept = { gone: [] as string[], doubtful: [] as string[] };
  let done = 0;
  await forEachBounded(batchesOf(query.instanceIds), CALLS, async (ids) => {
    query.signal?.throwIfAborted();
    const known = await describe(ec2, ids);
    for (const id of ids) {
      const fate = fateOf(known.get(id), query.now, query.graceSeconds);
      counts[fate]++;
      if ((fate === "gone" || fate === "doubtful") && kept.gone.length + kept.doubtful.length < query.most) {
        kept[fate].push(id);
      }
    }
    done += ids.length;
    query.onProgress(done);
  });
  return { living: counts.living, recent: counts.recent, suspects: counts.gone + counts.doubtful, ...kept };
}

async function describe(ec2: EC2Client, ids: readonly string[]): Promise<Map<string, Instance>> {
  const known = new Map<string, Instance>();
  let NextToken: string | undefined;
  do {
    const Filters = [{ Name: "instance-id", Values: [...ids] }];
    const page = await ec2.send(new DescribeInstancesCommand({ Filters, NextToken }));
    for (const instance of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)) {
      known.set(instance.InstanceId ?? "", instance);
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return known;
}

function batchesOf(ids: ReadonlySet<string>): string[][] {
  const batches: string[][] = [];
  for (const id of ids) {
    const last = batches.at(-1);
    if (last && last.length < BATCH) {
      last.push(id);
    } else {
      batches.push([id]);
    }
  }
  return batches;
}
