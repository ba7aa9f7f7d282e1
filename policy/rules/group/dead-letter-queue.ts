import { isAbsent } from "../../known";
import { stackRule } from "../../rule";
import { TYPE } from "../../types";

export const deadLetterQueue = stackRule(
  {
    name: "dead-letter-queue",
    description:
      "A queue of events needs a dead-letter queue, or what cannot be handled is lost or comes back for ever",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    remediationSteps:
      "Set the queue's redrivePolicy to a second queue and a maxReceiveCount, and alarm on that queue's depth.",
  },
  [TYPE.topicSubscription],
  (graph, say) => {
    const queues = graph
      .ofType(TYPE.topicSubscription)
      .flatMap((subscription) => graph.sources(subscription, "endpoint", TYPE.queue));
    for (const queue of new Set(queues)) {
      const dependencies = queue.propertyDependencies.redrivePolicy ?? [];
      const hasOwn = !isAbsent(queue.props, "redrivePolicy") || dependencies.length > 0;
      if (hasOwn || graph.users(queue, TYPE.redrivePolicy, "queueUrl").length > 0) continue;
      say(queue, "gets a topic's messages and has no dead-letter queue", "set its redrivePolicy");
    }
  },
);
