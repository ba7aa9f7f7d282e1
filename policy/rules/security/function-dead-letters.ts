import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../../stack/graph";
import { isAbsent } from "../../stack/known";
import { stackRule } from "../../stack/rule";
import { isCalledOnSchedule } from "../../stack/schedule";
import { TYPE } from "../../stack/types";

export const functionDeadLetters = stackRule(
  {
    name: "function-dead-letters",
    description: "Events that a function cannot process must be kept",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    remediationSteps: "Read from a queue with a redrivePolicy, or set the function's deadLetterConfig.",
    checkov: ["CKV_AWS_116"],
  },
  [TYPE.function],
  (graph, say) => {
    for (const lambda of graph.ofType(TYPE.function)) {
      if (!isAbsent(lambda.props, "deadLetterConfig") || readsQueueWithDeadLetters(lambda, graph)) continue;
      // The next scheduled event does the same
      if (isCalledOnSchedule(lambda, graph)) continue;
      say(
        lambda,
        "has no dead-letter queue for events that it cannot process",
        "set deadLetterConfig, or read from a queue with redrivePolicy",
      );
    }
  },
);

/** A queue of another stack has its dead-letter queue there. */
function readsQueueWithDeadLetters(lambda: PolicyResource, graph: Graph): boolean {
  return graph
    .users(lambda, TYPE.eventSourceMapping, "functionName")
    .some((source) =>
      graph
        .sources(source, "eventSourceArn", TYPE.queue)
        .every((queue) => !isAbsent(queue.props, "redrivePolicy") || queue.propertyDependencies.redrivePolicy?.length),
    );
}
