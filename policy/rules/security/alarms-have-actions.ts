import { isAbsent } from "../../known";
import { stackRule } from "../../rule";
import { TYPE } from "../../types";

const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"];

/** An alarm can also be looked at, on a dashboard; so this rule advises. */
export const alarmsHaveActions = stackRule(
  {
    name: "alarms-have-actions",
    description: "An alarm without an action wakes nobody",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    remediationSteps:
      "Give alarmActions a topic that people are subscribed to ('observation.alarms.actions' of the group).",
  },
  [TYPE.alarm],
  (graph, say) => {
    for (const alarm of graph.ofType(TYPE.alarm)) {
      const hasOne = ACTIONS.some((key) => !isAbsent(alarm.props, key) || alarm.propertyDependencies[key]?.length);
      if (!hasOne) say(alarm, "has no action", "put a topic's ARN into its alarmActions");
    }
  },
);
