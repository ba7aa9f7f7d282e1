import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "./graph";
import { isAbsent } from "./known";
import { TYPE } from "./types";

/** Whether EventBridge invokes the function on a schedule: one event at a time, and the same again the next time. */
export function isCalledOnSchedule(lambda: PolicyResource, graph: Graph): boolean {
  return graph
    .users(lambda, TYPE.eventTarget, "arn")
    .flatMap((target) => graph.sources(target, "rule", TYPE.eventRule))
    .some((rule) => !isAbsent(rule.props, "scheduleExpression"));
}
