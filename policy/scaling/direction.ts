import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../stack/graph";
import { isAbsent, list, number, text } from "../stack/known";
import type { Subject } from "../stack/rule";
import { TYPE } from "../stack/types";

export type Direction = "out" | "in";

/** The directions in which a simple or step policy scales; both if its steps have both signs, none if unknown. */
export function directionsOf({ props }: Pick<Subject, "props">): Direction[] {
  const adjustments = [
    number(props, "scalingAdjustment"),
    ...list(props, "stepAdjustments").map((step) => number(step, "scalingAdjustment")),
  ];
  const signs = new Set(adjustments.filter((by) => by !== undefined && by !== 0).map((by) => Math.sign(by as number)));
  return [...(signs.has(1) ? (["out"] as const) : []), ...(signs.has(-1) ? (["in"] as const) : [])];
}

/** Target tracking and predictive scaling have their own alarms and scale in both directions. */
export function needsAlarm({ props }: Pick<Subject, "props">): boolean {
  if (isAbsent(props, "policyType")) return true;
  return ["SimpleScaling", "StepScaling"].includes(text(props, "policyType") ?? "");
}

/** Policies of each group, by the group; those of a group outside this stack are under its name. */
export function policiesByGroup(graph: Graph): Map<unknown, PolicyResource[]> {
  const groups = new Map<unknown, PolicyResource[]>();
  for (const policy of graph.ofType(TYPE.scalingPolicy)) {
    const [group] = graph.sources(policy, "autoscalingGroupName", TYPE.group);
    const key = group ?? text(policy.props, "autoscalingGroupName") ?? policy;
    groups.set(key, [...(groups.get(key) ?? []), policy]);
  }
  return groups;
}

export function alarmsOf(policy: PolicyResource, graph: Graph): readonly PolicyResource[] {
  const actions = ["alarmActions", "okActions", "insufficientDataActions"];
  return [...new Set(actions.flatMap((action) => graph.users(policy, TYPE.alarm, action)))];
}
