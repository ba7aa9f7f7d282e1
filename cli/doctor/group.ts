import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
  DescribeNotificationConfigurationsCommand,
} from "@aws-sdk/client-auto-scaling";
import { counted } from "../terminal/text";
import { attempt, type Check, failed, ok } from "./check";

/** Whether a group is there and tells of its terminations. */
export function checkGroup(group: string, region: string | undefined): Promise<Check> {
  const autoScaling = new AutoScalingClient({ region });
  return attempt("group", async () => {
    const query = { AutoScalingGroupNames: [group] };
    const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand(query));
    const [found] = AutoScalingGroups;
    if (found === undefined) return failed("group", `there is no group '${group}'`, "check name, region and account");
    const told = await tellers(autoScaling, group);
    const said = `'${group}' has ${counted(found.Instances?.length ?? 0, "instance")}, wants ${found.DesiredCapacity}`;
    if (told.length > 0) return ok("group", `${said}, tells of terminations by ${told.join(" and ")}`);
    const wayOut =
      "pulumi up puts the notification back; meanwhile 'chef-autoscaling reconcile' finds what nobody told of";
    return failed("group", `${said}, but tells nobody of terminations`, wayOut);
  });
}

async function tellers(autoScaling: AutoScalingClient, group: string): Promise<string[]> {
  const [{ NotificationConfigurations = [] }, { LifecycleHooks = [] }] = await Promise.all([
    autoScaling.send(new DescribeNotificationConfigurationsCommand({ AutoScalingGroupNames: [group] })),
    autoScaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: group })),
  ]);
  const topics = NotificationConfigurations.filter(
    ({ NotificationType }) => NotificationType === "autoscaling:EC2_INSTANCE_TERMINATE",
  );
  const hooks = LifecycleHooks.filter(
    ({ LifecycleTransition, NotificationTargetARN }) =>
      LifecycleTransition === "autoscaling:EC2_INSTANCE_TERMINATING" && NotificationTargetARN !== undefined,
  );
  return [...(topics.length > 0 ? ["topic"] : []), ...(hooks.length > 0 ? ["hook"] : [])];
}
