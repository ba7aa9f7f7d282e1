/** Why a rollout does not start, and how to resolve it. */
import type { GroupView, Refusal } from "./decide";
import { inServiceText, launchName } from "./failure-report";
import { howToEnd } from "./kept";
import { declaredOf, type Run } from "./run";

/** @param hook in which they are kept */
export function keptText({ access, kept }: Run, hook: string): string {
  return (
    `Group "${access.groupName}" keeps ${[...kept.keys()].join(", ")} from an earlier rollout, and no other rollout starts meanwhile; ` +
    `after you have inspected it, end it with ${howToEnd(kept.keys(), access, hook)}, then update again`
  );
}

export function refusalText({ access, state }: Run, cause: Refusal, view: GroupView): string {
  const group = `Group "${access.groupName}"`;
  switch (cause) {
    case "otherRefresh":
      return (
        `${group} has an instance refresh that this stack did not start (${view.active?.id}, ${view.active?.status}), and AWS runs only ` +
        `one at a time; wait for it, or end it with 'chef-autoscaling rollout cancel --group ${access.groupName}', then update again`
      );
    case "suspended":
      return (
        `${group} has suspended ${view.suspended.join(", ")}, which AWS needs to replace instances; resume it ` +
        `('aws autoscaling resume-processes --auto-scaling-group-name ${access.groupName}'), then update again`
      );
    case "launchesNone":
      return (
        `${group} has fewer instances in service than its minimum, and launches none because 'Launch' is suspended; leave it out of ` +
        `'suspendedProcesses', or resume it ('aws autoscaling resume-processes --auto-scaling-group-name ${access.groupName} ` +
        "--scaling-processes Launch'), then update again"
      );
    case "neverMatches":
      return (
        `${group} has ${inServiceText(view.members)} although the refresh to ${launchName(declaredOf(state))} succeeded; ` +
        "find out what else changes its instances, then update again"
      );
  }
}
