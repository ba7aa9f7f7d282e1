import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
  DescribeNotificationConfigurationsCommand,
} from "@aws-sdk/client-auto-scaling";
import { awsClient } from "../../aws/client";
import type { KeyReference } from "../../chef/keys";
import { NOTIFIED, TRANSITION } from "../../contract/auto-scaling-events";
import { nearGroup } from "../target/near-group";
import { counted } from "../terminal/text";
import { attempt, type Check, failed, ok } from "./check";
import { checkDelivery } from "./delivery";
import { checkInstanceRole } from "./instance-role";
import { checkLaunches } from "./launches";

/** Whether a group is there, launches what it wants, tells of its terminations, and is heard by the reaper's queue, where that is known. */
export async function checkGroup(
  group: string,
  region: string | undefined,
  queueUrl: string | undefined,
  operatorKey?: KeyReference,
): Promise<Check[]> {
  const autoScaling = awsClient(AutoScalingClient, region);
  let tellers: readonly string[] = [];
  let described: AutoScalingGroup | undefined;
  const check = await attempt("group", async () => {
    const query = { AutoScalingGroupNames: [group] };
    const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand(query));
    const [found] = AutoScalingGroups;
    if (found === undefined) {
      const meant = await nearGroup(autoScaling, group);
      return failed("group", `there is no group '${group}'`, meant ?? "check name, region and account");
    }
    described = found;
    tellers = await tellersOf(autoScaling, group);
    const said = `'${group}' has ${counted(found.Instances?.length ?? 0, "instance")}, wants ${found.DesiredCapacity}`;
    return tellers.length > 0
      ? ok("group", `${said}, and tells of terminations`)
      : failed("group", `${said}, ${SILENT}`, FIX);
  });
  const role = described ? await checkInstanceRole(described, region, operatorKey) : [];
  const checks = [check, await checkLaunches(autoScaling, group), ...role];
  if (tellers.length === 0 || queueUrl === undefined) return checks;
  return [...checks, await checkDelivery(tellers, queueUrl, region)];
}

const SILENT = "but tells nobody of terminations";
const FIX = "pulumi up puts the notification back; meanwhile 'chef-autoscaling reconcile' finds what nobody told of";

/** ARNs of the topics and queues that hear of a group's terminations, by notification or hook. */
async function tellersOf(autoScaling: AutoScalingClient, group: string): Promise<string[]> {
  const [{ NotificationConfigurations = [] }, { LifecycleHooks = [] }] = await Promise.all([
    autoScaling.send(new DescribeNotificationConfigurationsCommand({ AutoScalingGroupNames: [group] })),
    autoScaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: group })),
  ]);
  const topics = NotificationConfigurations.filter(({ NotificationType }) => NotificationType === NOTIFIED.terminate);
  const hooks = LifecycleHooks.filter(({ LifecycleTransition }) => LifecycleTransition === TRANSITION.terminating);
  const heard = [...topics.map(({ TopicARN }) => TopicARN), ...hooks.map((hook) => hook.NotificationTargetARN)];
  return heard.filter((arn) => arn !== undefined);
}
