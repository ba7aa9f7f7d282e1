import { flag, isAbsent, number, text } from "../../stack/known";
import { resourceRule, type Say, type Subject } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const alarmCanFire = resourceRule(
  {
    name: "alarm-can-fire",
    description: "An alarm whose actions are off, or that cannot breach, looks like a guard and is none",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    remediationSteps:
      "Leave actionsEnabled on; keep datapointsToAlarm within evaluationPeriods; name one metric and one period.",
    checkov: ["CKV_AWS_319"],
  },
  [TYPE.alarm],
  (alarm, say) => {
    say.ifUnknown(alarm, "actionsEnabled");
    if (flag(alarm.props, "actionsEnabled") === false) {
      say(alarm, "has its actions switched off", "leave actionsEnabled out or set it to true");
    }
    sayDatapoints(alarm, say);
    sayPeriod(alarm, say);
    const { props } = alarm;
    if (["metricName", "metricQueries", "evaluationCriteria"].every((key) => isAbsent(props, key))) {
      say(alarm, "looks at no metric", "set metricName and namespace, or metricQueries");
    }
  },
  // What it ought to look at, and how long, nobody else can say.
  (props) => {
    if (flag(props, "actionsEnabled") !== false) return false;
    props.actionsEnabled = true;
    return true;
  },
);

function sayDatapoints(alarm: Subject, say: Say): void {
  const keys = ["datapointsToAlarm", "evaluationPeriods"];
  if (!isAbsent(alarm.props, "datapointsToAlarm")) say.ifUnknown(alarm, ...keys);
  const [points, periods] = keys.map((key) => number(alarm.props, key));
  if (points === undefined || periods === undefined || points <= periods) return;
  say(alarm, `needs ${points} datapoints of ${periods} periods`, `set datapointsToAlarm to at most ${periods}`);
}

function sayPeriod(alarm: Subject, say: Say): void {
  const period = number(alarm.props, "period");
  say.ifUnknown(alarm, "period");
  if (period === undefined) return;
  const namespace = text(alarm.props, "namespace") ?? "";
  const isValid = [10, 20, 30].includes(period) || (period > 0 && period % 60 === 0);
  if (!isValid) say(alarm, `has a period of ${period} s`, "choose 10, 20, 30 or a multiple of 60");
  else if (period < 60) say.ifUnknown(alarm, "namespace");
  if (isValid && period < 60 && namespace.startsWith("AWS/")) {
    say(alarm, `has a period of ${period} s for a metric of ${namespace}`, "choose 60 or more, AWS has no finer data");
  }
}
