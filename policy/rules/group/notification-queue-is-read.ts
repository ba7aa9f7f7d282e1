import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../../stack/graph";
import { chefGroups, queuesBehind, terminationTargets } from "../../stack/group-members";
import { stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** A worker reads its queue from outside, which a program cannot show, so this rule is advisory. */
export const notificationQueueIsRead = stackRule(
  {
    name: "notification-queue-is-read",
    description: "Termination notifications must be processed; a queue without a reader only stores them",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    remediationSteps: "Deploy the reaper as a function or a service, or run `worker.js` on the queue yourself.",
  },
  [TYPE.group],
  (graph, say) => {
    for (const group of chefGroups(graph)) {
      const targets = terminationTargets(group, graph);
      const queues = new Set(targets.flatMap(({ teller, property }) => queuesBehind(teller, property, graph)));
      for (const queue of queues) {
        if (isRead(queue, graph)) continue;
        const found = `receives the terminations of '${group.name}', but nothing in this stack reads it`;
        say(queue, found, "deploy the reaper, or make sure that a worker runs");
      }
    }
  },
);

/** By a function, or by a container that gets its URL. */
function isRead(queue: PolicyResource, graph: Graph): boolean {
  const readers = [
    ...graph.users(queue, TYPE.eventSourceMapping, "eventSourceArn"),
    ...graph.users(queue, TYPE.taskDefinition, "containerDefinitions"),
  ];
  return readers.length > 0;
}
