import type { Deletion } from "../../chef/client";
import type { TargetRemoval } from "../removal/target";

/** How far a run is. */
export interface ReconcileProgress {
  /** `list`: names of the Chef server; `ask`: instances at EC2; `prove`: instances nobody knows; `remove`: pairs. */
  readonly step: "list" | "ask" | "prove" | "remove";
  readonly done: number;
  /** Unknown while names are listed. */
  readonly total?: number;
}

/** A node, a client or both, by the name they have in the Chef server, and what is to say of them. */
export interface Finding {
  readonly name: string;
  readonly why: string;
}

/** What is gone, and what each target confirmed of it. */
export interface RemovedName {
  readonly name: string;
  readonly node: Deletion;
  readonly client: Deletion;
  readonly elsewhere: readonly TargetRemoval[];
}

/** What one run found and did. Its lists are bounded by the cap and by MOST_PROVEN; what may be many is only counted. */
export interface ReconcileReport {
  readonly group: string;
  readonly dryRun: boolean;
  /** Of the group, in the Chef server; `names` counts a node and its client once. */
  readonly examined: { readonly nodes: number; readonly clients: number; readonly names: number };
  /** Names whose instance lives, in whatever state but shutting down and terminated. */
  readonly living: number;
  /** Names whose instance is on its way out, or gone for less than the grace time. */
  readonly recent: number;
  /** Names that are left over for certain: what the run removes, or in a dry run would. */
  readonly planned: readonly string[];
  readonly removed: readonly RemovedName[];
  /** Left alone, because it is not certain that the instance is gone. */
  readonly kept: readonly Finding[];
  /** Names unknown to EC2 that this run did not come to look up. */
  readonly notLookedAt: number;
  /** Left alone, because another instance, region or account uses them. */
  readonly foreign: readonly Finding[];
  /** Those that the Chef server or a target did not confirm; the next run tries them again. */
  readonly failed: readonly Finding[];
  /** Why the run ended before everything planned was tried. Set by the cap, and by an answer of AWS that cannot be right: then nothing was removed. */
  readonly stopped?: string;
  /** The same as a code, where nothing was removed for it. */
  readonly refusedFor?: RefusalCause;
}

/**
 * Why a run removes nothing at all: Auto Scaling knows no such group here; none of its instances lives though it wants some; more are
 * left over than one run may remove.
 */
export type RefusalCause = "no-such-group" | "none-living" | "too-many";
