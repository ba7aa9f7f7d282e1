/** Sentences that several steps of a rollout tell. */
import { failureText, type ToldFailure } from "./failure-report";
import type { FoundGroup, GroupPlace } from "./group-access";
import { howToEnd } from "./kept";
import type { Run } from "./run";

export function howToLook({ groupName, region }: GroupPlace): string {
  return `look with 'chef-autoscaling rollout status --group ${groupName} --region ${region}'`;
}

const TRY_AGAIN = "mend what the instances tell and run 'pulumi up' again; with the image before it replaces nothing";

/** What to do when the group has its version of before, or never had one. */
export function tryAgain({ kept, access, state }: Pick<Run, "kept" | "access" | "state">): string {
  if (kept.size === 0 || state.keptIn === undefined) return TRY_AGAIN;
  return `look at what is kept, then end it with ${howToEnd(kept.keys(), access, state.keptIn)}; ${TRY_AGAIN}`;
}

export function failedText(count: number): string {
  return `${count === 1 ? "a new instance" : `${count} new instances`} failed before ${count === 1 ? "it was" : "they were"} in service`;
}

/** The error of a rollout that did not come to its end, with how the group is by now. */
export function failed(
  { access, target, before, state }: Run,
  group: FoundGroup | undefined,
  told: { readonly cause: string; readonly failures: readonly ToldFailure[]; readonly next: string },
): Error {
  const { members = [], saved = before } = group ?? {};
  const { groupName } = access;
  return new Error(failureText({ ...told, groupName, wanted: target, members, saved, keyHint: state.keyHint }));
}
