import { isAbsent } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"];

/** An alarm can also be watched on a dashboard, so this rule is advisory. */
export const alarmsHaveActions = resourceRule(
  {
    name: "alarms-have-actions",
    description: "An alarm without an action notifies nobody",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    remediationSteps:
      "Set alarmActions to a topic that people are subscribed to ('observation.alarms.actionArns' of the group).",
  },
  [TYPE.alarm],
  (alarm, say) => {
    if (!ACTIONS.every((key) => isAbsent(alarm.props, key))) return;
    say(alarm, "has no action", "put a topic's ARN into its alarmActions");
  },
);
