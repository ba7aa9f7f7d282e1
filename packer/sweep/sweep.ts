import { EC2Client } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { messageOf } from "../../aws/failure";
import type { ChefClient } from "../../chef";
import { findCopies, findTemporary } from "./find";
import { LEFTOVER_KINDS, type Leftover } from "./leftover";
import type { SweepReport, Swept } from "./sweep-report";

export interface SweepOptions {
  readonly region: string;
  /** Anything younger may still be in use, and is kept. */
  readonly olderThanMinutes: number;
  /** Whether to report only. @default false */
  readonly dryRun?: boolean;
  /** Only leftovers of this bake. @default of all */
  readonly bake?: string;
  /** Where to look for nodes and clients of bakes. @default nowhere */
  readonly chef?: ChefClient;
  /**
   * Whether to remove leftovers of unknown age too, such as a client without a node whose bake left no trace in this region. Use it only
   * while no bake is running anywhere. @default false
   */
  readonly ageless?: boolean;
  /** Whether to look only for images and snapshots: all that a bake creates in a region it copies to. @default false */
  readonly copiesOnly?: boolean;
  /** Stops between two removals; the report lists what is left. */
  readonly signal?: AbortSignal;
  /** Called with what is about to be removed; some removals take minutes. */
  readonly onNext?: (what: string) => void;
}

/**
 * Finds what killed bakes left behind, by tags, names and age, and removes it. A failed removal does not prevent the others; the report
 * lists it.
 *
 * @throws if the account or the Chef server cannot be asked
 */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  return remove(await find(options), options);
}

/** All leftovers in the order of removal: of all bakes, or of one. */
export async function find(options: SweepOptions): Promise<Leftover[]> {
  const ec2 = patientClient(EC2Client, options.region);
  const isLeft = (found: Leftover) => verdict(found, options) === undefined;
  const temporary = options.copiesOnly ? await findCopies(ec2) : await findTemporary(ec2, isLeft, options.chef);
  return temporary.filter((found) => concerns(found, options.bake)).sort(byKind);
}

/** Removes the leftovers that were found, except in a dry run. */
export async function remove(found: readonly Leftover[], options: SweepOptions): Promise<SweepReport> {
  const { region, olderThanMinutes, dryRun = false } = options;
  const swept: Swept[] = [];
  for (const leftover of found) swept.push(await treat(leftover, options));
  return { region, olderThanMinutes, dryRun, swept };
}

/** Leftovers without the name of a bake belong to all. */
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

/** Why to keep it; undefined if it is left behind. */
function verdict({ since }: Leftover, { olderThanMinutes, ageless }: SweepOptions): string | undefined {
  if (!since) return ageless ? undefined : "its age is unknown; '--ageless' removes it, if no bake is running anywhere";
  const minutes = (Date.now() - since.getTime()) / 60_000;
  return minutes >= olderThanMinutes
    ? undefined
    : `its bake started ${Math.floor(minutes)} minutes ago; once it has ended, '--older-than 0' removes it`;
}
