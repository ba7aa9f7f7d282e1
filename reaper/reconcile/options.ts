import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ChefClient } from "../../chef/client";
import { isGroupName, quote } from "../../chef/names";
import type { GroupFacts } from "../instances/group-facts";
import type { ReapTarget } from "../removal/target";
import type { ReconcileProgress } from "./report";

/** Maximum number of names that one run may remove. Above it nothing at all is removed, since a person has to check. */
export interface ReconcileCap {
  /** Share of the group's names on the Chef server, above 0 up to 1. A few are always allowed, see ALWAYS_ALLOWED. */
  readonly share: number;
  /** Number of names, 1 or more. */
  readonly count: number;
}

export interface ReconcileOptions {
  readonly group: string;
  /** Minimum seconds since an instance was terminated before its node and client are removed. */
  readonly graceSeconds: number;
  readonly cap: ReconcileCap;
  /** Determines everything and removes nothing. */
  readonly dryRun: boolean;
  /** Nodes removed at a time, with their clients. @default 8 */
  readonly concurrency?: number;
  /**
   * Whether the group may no longer exist, as after a rename or a lost stack: each name then needs its own proof, from the group's scaling
   * activities or what its node reports. Needs `place`. @default false
   */
  readonly groupDestroyed?: boolean;
  /** Ends the run early: before the removals by throwing at once; between them with a report that says so. */
  readonly signal?: AbortSignal;
}

export interface ReconcileServices {
  readonly chef: ChefClient;
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  /** Milliseconds since 1970. */
  now(): number;
  /** Chooses the names to check if there are too many for one run, from 0 up to 1. @default Math.random */
  random?(): number;
  /** Region and account that AWS is asked for, for a group that no longer exists. @default unknown */
  place?(): Promise<Pick<GroupFacts, "region" | "accountId">>;
  /** Called for each instance whose node and client are to be removed. @default none */
  readonly targets?: readonly ReapTarget[];
  /** Called often as the run proceeds. */
  onProgress?(progress: ReconcileProgress): void;
}

/** Defaults of a schedule and of the command. */
export const RECONCILE_DEFAULTS = { graceSeconds: 900, cap: { share: 0.5, count: 50 } } as const;

/** The group's scaling activities still include an instance that was terminated less than this ago, so a longer grace time is possible. */
export const LONGEST_GRACE_SECONDS = 7 * 24 * 60 * 60;
export const MOST_DELETIONS = 10_000;
/**
 * Maximum number of instances unknown to EC2 that one run checks; more if the cap allows more removals. They are chosen at random, so that
 * names without proof do not hide the others forever.
 */
export const MOST_PROVEN = 500;

/** @throws one error with all mistakes in the options */
export function checkReconcileOptions({ group, graceSeconds, cap }: ReconcileOptions): void {
  const wrong: string[] = [];
  if (!isGroupName(group)) {
    wrong.push(`the group is ${quote(group)}: expected 1 to 255 of A-Z a-z 0-9 _ . -`);
  }
  if (!Number.isInteger(graceSeconds) || graceSeconds < 0 || graceSeconds > LONGEST_GRACE_SECONDS) {
    wrong.push(`the grace time is ${graceSeconds}: expected 0 to ${LONGEST_GRACE_SECONDS} whole seconds`);
  }
  if (!(cap.share > 0 && cap.share <= 1)) {
    wrong.push(`the cap's share is ${cap.share}: expected more than 0, up to 1`);
  }
  if (!Number.isInteger(cap.count) || cap.count < 1 || cap.count > MOST_DELETIONS) {
    wrong.push(`the cap's count is ${cap.count}: expected 1 to ${MOST_DELETIONS}`);
  }
  if (wrong.length > 0) {
    throw new Error(`the reconcile cannot run: ${wrong.join("; ")}`);
  }
}
