import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  type RuleState,
} from "@aws-sdk/client-eventbridge";
import { awsClient } from "../../aws/client";
import { type Check, failed, ok, skipped } from "./check";

const NAME = "reconcile";

export const NOT_RECONCILED = skipped(
  NAME,
  "there is no scheduled reconcile: nodes whose messages are missing stay until somebody reconciles by hand",
);

/** Whether a rule invokes the function on a schedule, to reconcile. */
export async function checkSchedule(functionArn: string, region: string | undefined): Promise<Check> {
  const events = awsClient(EventBridgeClient, region);
  const query = new ListRuleNamesByTargetCommand({ TargetArn: functionArn });
  const { RuleNames = [] } = await events.send(query);
  const found = await Promise.all(RuleNames.map((Name) => events.send(new DescribeRuleCommand({ Name }))));
  return judgeSchedule(found.filter(({ ScheduleExpression }) => ScheduleExpression));
}

interface Schedule {
  readonly Name?: string;
  readonly ScheduleExpression?: string;
  readonly State?: RuleState;
}

export function judgeSchedule(rules: readonly Schedule[]): Check {
  const enabled = rules.find(({ State }) => State !== "DISABLED");
  if (enabled) return ok(NAME, `reconciles on the schedule ${enabled.ScheduleExpression}`);
  const [disabled] = rules;
  if (disabled === undefined) {
    return failed(NAME, "no rule invokes its function, so nodes whose messages are missing stay", "pulumi up");
  }
  const message = `the rule '${disabled.Name}' is disabled, so nodes whose messages are missing stay`;
  return failed(NAME, message, `aws events enable-rule --name ${disabled.Name}`);
}
