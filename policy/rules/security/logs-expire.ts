import { number, read, UNKNOWN } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const logsExpire = resourceRule(
  {
    name: "logs-expire",
    description: "A log group without a retention period keeps its events forever, at a cost",
    severity: "low",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    remediationSteps: "Set retentionInDays.",
    checkov: ["CKV_AWS_66"],
  },
  [TYPE.logGroup],
  (logs, say) => {
    const isKept = read(logs.props, "retentionInDays") !== UNKNOWN && !number(logs.props, "retentionInDays");
    if (isKept) say(logs, "keeps its events forever", "set retentionInDays");
  },
);
