import type { Deletion } from "../../chef/client";
import type { TargetRemoval } from "../removal/target";

/** Progress of a run. */
export interface ReconcileProgress {
  /** `list`: names of the Chef server; `ask`: instances at EC2; `prove`: instances that EC2 does not know; `remove`: nodes and clients. */
  readonly step: "list" | "ask" | "prove" | "remove";
  readonly done: number;
  /** Unknown while names are listed. */
  readonly total?: number;
}

/** A node, a client or both, by their name on the Chef server, and the explanation. */
export interface Finding {
  readonly name: string;
  readonly why: string;
}

/** What was removed, and what each target confirmed. */
export interface RemovedName {
  readonly name: string;
  readonly node: Deletion;
  readonly client: Deletion;
  readonly elsewhere: readonly TargetRemoval[];
}

/** What one run found and did. Its lists are limited by the cap and by MOST_PROVEN; larger sets are only counted. */
export interface ReconcileReport {
  readonly group: string;
  readonly dryRun: boolean;
  /** Of the group, on the Chef server; `names` counts a node and its client once. */
  readonly examined: { readonly nodes: number; readonly clients: number; readonly names: number };
  /** Names whose instance is alive, in any state except shutting down and terminated. */
  readonly living: number;
  /** Names whose instance is shutting down, or gone for less than the grace time. */
  readonly recent: number;
  /** Names that are certainly left over: those that the run removes, or would remove in a dry run. */
  readonly planned: readonly string[];
  readonly removed: readonly RemovedName[];
  /** Kept, because it is not certain that the instance is gone. */
  readonly kept: readonly Finding[];
  /** Number of names unknown to EC2 that this run did not check. */
  readonly notLookedAt: number;
  /** Kept, because another instance, region or account uses them. */
  readonly foreign: readonly Finding[];
  /** Those that the Chef server or a target did not confirm; the next run tries them again. */
  readonly failed: readonly Finding[];
  /**
   * Why the run ended before everything planned was tried. Set by the cap, and by an implausible response of AWS: then nothing was removed.
   */
  readonly stopped?: string;
  /** The same as a code, if nothing was removed for this reason. */
  readonly refusedFor?: RefusalCause;
}

/**
 * Why a run removes nothing at all: Auto Scaling does not know the group; none of its instances is alive although its desired capacity is
 * above zero; more are left over than one run may remove.
 */
export type RefusalCause = "no-such-group" | "none-living" | "too-many";
