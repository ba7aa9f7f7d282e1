import { EC2Client } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { messageOf } from "../../aws/failure";
import type { ChefClient } from "../../chef";
import { findCopies, findTemporary } from "./find";
import { LEFTOVER_KINDS, type Leftover } from "./leftover";
import type { SweepReport, Swept } from "./sweep-report";

export interface SweepOptions {
  readonly region: string;
  /** What began less than this ago may still be in use, and is kept. */
  readonly olderThanMinutes: number;
  /** Whether to tell only. @default false */
  readonly dryRun?: boolean;
  /** Of this bake alone. @default of all */
  readonly bake?: string;
  /** Where to look for nodes and clients of bakes. @default nowhere */
  readonly chef?: ChefClient;
  /**
   * Whether to remove also what nothing tells the age of, such as a client without a node whose bake left no trace in
   * this region. Right only when no bake is running anywhere. @default false
   */
  readonly ageless?: boolean;
  /** Whether to look for images and snapshots alone: all that a bake makes in a region it copies to. @default false */
  readonly copiesOnly?: boolean;
  /** Stops between two removals; the report tells what is left. */
  readonly signal?: AbortSignal;
  /** Told what is about to be removed; some of it takes minutes. */
  readonly onNext?: (what: string) => void;
}

/**
 * Finds what bakes left behind that were killed with everything that watches over them, by tags, names and age, and
 * removes it. One removal that fails does not keep the others from being tried; the report tells.
 * @throws when the account or the Chef server cannot be asked
 */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  return remove(await find(options), options);
}

/** What is there now, in the order of removal: of all bakes, or of the one wanted. */
export async function find(options: SweepOptions): Promise<Leftover[]> {
  const ec2 = patientClient(EC2Client, options.region);
  const isLeft = (found: Leftover) => verdict(found, options) === undefined;
  const temporary = options.copiesOnly ? await findCopies(ec2) : await findTemporary(ec2, isLeft, options.chef);
  return temporary.filter((found) => concerns(found, options.bake)).sort(byKind);
}

/** Removes what is left behind of what was found, unless the run is dry. */
export async function remove(found: readonly Leftover[], options: SweepOptions): Promise<SweepReport> {
  const { region, olderThanMinutes, dryRun = false } = options;
  const swept: Swept[] = [];
  for (const leftover of found) swept.push(await treat(leftover, options));
  return { region, olderThanMinutes, dryRun, swept };
}

/** What belongs to no bake by name is everybody's. */
function concerns({ bake }: Leftover, wanted: string | undefined): boolean {
  return wanted === undefined || bake === undefined || bake === wanted;
}

function byKind(a: Leftover, b: Leftover): number {
  return LEFTOVER_KINDS.indexOf(a.kind) - LEFTOVER_KINDS.indexOf(b.kind);
}

async function treat(found: Leftover, options: SweepOptions): Promise<Swept> {
  const { kind, id, bake, since } = found;
  const told = { kind, id, bake, since: since?.toISOString() };
  const reason = verdict(found, options);
  if (reason) return { ...told, outcome: "kept", reason };
  if (options.dryRun) return { ...told, outcome: "left" };
  if (options.signal?.aborted) return { ...told, outcome: "left", reason: "the run was stopped before it" };
  options.onNext?.(`removing ${kind} ${id}`);
  try {
    await found.remove(options.signal);
    return { ...told, outcome: "removed" };
  } catch (error) {
    return { ...told, outcome: "failed", reason: messageOf(error) };
  }
}

/** Why to keep it; undefined when it is left behind. */
function verdict({ since }: Leftover, { olderThanMinutes, ageless }: SweepOptions): string | undefined {
  if (!since) return ageless ? undefined : "nothing tells its age; '--ageless' removes it, when no bake runs anywhere";
  const minutes = (Date.now() - since.getTime()) / 60_000;
  return minutes >= olderThanMinutes
    ? undefined
    : `its bake began ${Math.floor(minutes)} minutes ago; once it is over, '--older-than 0' removes it`;
}
