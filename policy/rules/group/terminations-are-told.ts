import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../../stack/graph";
import { chefGroups, terminationTargets, unclearBoots } from "../../stack/group-members";
import { hasUnknown, read, text } from "../../stack/known";
import { stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const terminationsAreTold = stackRule(
  {
    name: "terminations-are-told",
    description:
      "Without a TERMINATE notification to a subscribed topic, nodes of terminated instances stay on the Chef server",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html",
    remediationSteps:
      "Give the group an aws.autoscaling.Notification with autoscaling:EC2_INSTANCE_TERMINATE to a topic that a queue is " +
      "subscribed to; ChefAutoScalingGroup declares both.",
  },
  [TYPE.group],
  (graph, say) => {
    for (const { subject, property } of unclearBoots(graph)) say.cannotKnow(subject, property);
    const unclear = unclearTellers(graph);
    for (const { teller, property } of unclear) say.cannotKnow(teller, property);
    if (unclear.length > 0) return;
    for (const group of chefGroups(graph)) {
      const targets = terminationTargets(group, graph);
      if (targets.length === 0) {
        say(
          group,
          "sends no notifications of terminated instances",
          "add a Notification with autoscaling:EC2_INSTANCE_TERMINATE",
        );
      } else if (targets.every(({ teller, property }) => isUnheard(teller, property, graph))) {
        const found = "notifies a topic without a subscription that could act";
        say(group, found, "subscribe the reaper's queue to the topic");
      }
    }
  },
);

/** Unknown resources that may send termination notifications. */
function unclearTellers(graph: Graph): { teller: PolicyResource; property: string }[] {
  return TELLERS.flatMap(({ type, properties }) =>
    graph.ofType(type).flatMap((teller) => {
      const isOpen = (property: string) =>
        hasUnknown(read(teller.props, property)) && !teller.propertyDependencies[property]?.length;
      return properties.filter(isOpen).map((property) => ({ teller, property }));
    }),
  );
}

const TELLERS = [
  { type: TYPE.notification, properties: ["notifications", "groupNames", "topicArn"] },
  { type: TYPE.lifecycleHook, properties: ["lifecycleTransition", "autoscalingGroupName"] },
  { type: TYPE.topicSubscription, properties: ["protocol", "topic"] },
];

/** A topic of another stack may have its subscriptions there. */
function isUnheard(teller: PolicyResource, property: string, graph: Graph): boolean {
  const topics = graph.sources(teller, property, TYPE.topic);
  const others = (teller.propertyDependencies[property] ?? []).some(({ type }) => type !== TYPE.topic);
  if (topics.length === 0 || others) return false;
  return topics.every((topic) => graph.users(topic, TYPE.topicSubscription, "topic").every(isForPeople));
}

function isForPeople({ props }: PolicyResource): boolean {
  return ["email", "email-json", "sms"].includes(text(props, "protocol") ?? "");
}
