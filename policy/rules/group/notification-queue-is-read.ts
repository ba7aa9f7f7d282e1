import { chefGroups, queuesBehind, terminationTargets } from "../../group-members";
import { stackRule } from "../../rule";
import { TYPE } from "../../types";

/** A worker reads its queue from outside, and a program cannot show it; so this rule advises. */
export const notificationQueueIsRead = stackRule(
  {
    name: "notification-queue-is-read",
    description: "Terminations must reach somebody who reads them; a queue that nobody reads only keeps them",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    remediationSteps: "Deploy the reaper as a function or a service, or run `worker.js` on the queue yourself.",
  },
  [TYPE.group],
  (graph, say) => {
    for (const group of chefGroups(graph)) {
      const topics = terminationTargets(group, graph).flatMap(({ teller, property }) =>
        graph.sources(teller, property, TYPE.topic),
      );
      const queues = new Set(topics.flatMap((topic) => queuesBehind(topic, graph)));
      for (const queue of queues) {
        if (graph.users(queue, TYPE.eventSourceMapping, "eventSourceArn").length > 0) continue;
        const found = `gets the terminations of '${group.name}', and no function of this stack reads it`;
        say(queue, found, "deploy the reaper, or make sure that a worker runs");
      }
    }
  },
);
