import type { FoundGroup } from "./group-access";
import type { RolloutState } from "./rollout-state";

/**
 * The AWS provider computes what a program does not name, so leaving out a list detaches nothing. If a target group is then deleted, the
 * group can no longer launch instances.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/39594
 * @throws if something is still attached that the program named before, and no longer does
 */
export function refuseForgotten(state: RolloutState, group: FoundGroup, previous: RolloutState | undefined): void {
  const named = state.attached ?? [];
  const forgotten = (previous?.attached ?? []).filter((one) => !named.includes(one) && group.attached.includes(one));
  if (forgotten.length === 0) return;
  throw new Error(
    `Group "${state.groupName}" still has ${forgotten.join(", ")} attached, which the program no longer names; the AWS provider detaches ` +
      "only what leaves a list: set 'targetGroupArns: []' (or 'loadBalancerNames', 'trafficSources'), and run 'pulumi up' again. What " +
      "something else attaches now has to stay in the list",
  );
}
