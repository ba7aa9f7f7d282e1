import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../../stack/graph";
import { isAbsent, isUnknown } from "../../stack/known";
import { stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** Resources that send notifications to queues, and the property with the queue. */
const RECEIVED: Readonly<Record<string, string>> = {
  [TYPE.topicSubscription]: "endpoint",
  [TYPE.lifecycleHook]: "notificationTargetArn",
  [TYPE.eventTarget]: "arn",
};

export const deadLetterQueue = stackRule(
  {
    name: "dead-letter-queue",
    description:
      "A queue for notifications needs a dead-letter queue, or messages that cannot be processed are lost or delivered forever",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    remediationSteps:
      "Set the queue's redrivePolicy to a second queue and a maxReceiveCount, and alarm on that queue's depth.",
  },
  Object.keys(RECEIVED),
  (graph, say) => {
    for (const [type, property] of Object.entries(RECEIVED)) {
      for (const sender of graph.ofType(type)) if (isNowhere(sender, property)) say.cannotKnow(sender, property);
    }
    for (const queue of new Set(queuesOfEvents(graph))) {
      const dependencies = queue.propertyDependencies.redrivePolicy ?? [];
      const hasOwn = !isAbsent(queue.props, "redrivePolicy") || dependencies.length > 0;
      if (hasOwn || graph.users(queue, TYPE.redrivePolicy, "queueUrl").length > 0) continue;
      say(queue, "receives notifications and has no dead-letter queue", "set its redrivePolicy");
    }
  },
);

/** Unknown, and not an output of a resource in this stack. */
function isNowhere(sender: PolicyResource, property: string): boolean {
  return isUnknown(sender.props, property) && !sender.propertyDependencies[property]?.length;
}

function queuesOfEvents(graph: Graph): PolicyResource[] {
  return Object.entries(RECEIVED).flatMap(([type, property]) =>
    graph.ofType(type).flatMap((sender) => graph.sources(sender, property, TYPE.queue)),
  );
}
