import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ChefClient } from "../../chef/client";
import { isGroupName, quote } from "../../chef/names";
import type { GroupFacts } from "../instances/group-facts";
import type { ReapTarget } from "../removal/target";
import type { ReconcileProgress } from "./report";

/** The most that one run may remove. Beyond it nothing at all is removed: something is wrong that a person has to see. */
export interface ReconcileCap {
  /** Of the group's names in the Chef server, above 0 up to 1. A few are allowed whatever their share, see ALWAYS_ALLOWED. */
  readonly share: number;
  /** Names, 1 or more. */
  readonly count: number;
}

export interface ReconcileOptions {
  readonly group: string;
  /** Seconds that an instance must be gone before its node and client go. */
  readonly graceSeconds: number;
  readonly cap: ReconcileCap;
  /** Finds out everything and removes nothing. */
  readonly dryRun: boolean;
  /** Pairs removed at a time. @default 8 */
  readonly concurrency?: number;
  /**
   * Whether the group need not be there any more, as after its renaming or a lost stack: each name then goes by its own proof, the group's
   * history or what its node says. Needs `place`. @default false
   */
  readonly groupDestroyed?: boolean;
  /** Ends the run early: before the removals by throwing, at once; between them with a report that says so. */
  readonly signal?: AbortSignal;
}

export interface ReconcileServices {
  readonly chef: ChefClient;
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  /** Milliseconds since 1970. */
  now(): number;
  /** Chooses whom to prove where there are too many for one run, from 0 up to 1. @default Math.random */
  random?(): number;
  /** Where AWS is asked, for a group that is not there. @default unknown */
  place?(): Promise<Pick<GroupFacts, "region" | "accountId">>;
  /** Asked for each instance whose node and client are to go. @default none */
  readonly targets?: readonly ReapTarget[];
  /** Told as the run goes on, often. */
  onProgress?(progress: ReconcileProgress): void;
}

/** What a schedule and a command take where nothing else is said. */
export const RECONCILE_DEFAULTS = { graceSeconds: 900, cap: { share: 0.5, count: 50 } } as const;

/** An instance that left less than this ago is still known to the group's history, so that a longer grace time can be kept. */
export const LONGEST_GRACE_SECONDS = 7 * 24 * 60 * 60;
export const MOST_DELETIONS = 10_000;
/** Instances unknown to EC2 that one run looks up; more where the cap lets more go. Which ones is left to chance, so that no unprovable ones hide the others for ever. */
export const MOST_PROVEN = 500;

/** @throws one error with everything that is wrong with the options */
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
