import { read } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { allowedBy } from "../../stack/statements";
import { TYPE } from "../../stack/types";

/** The principal may already be restricted by a condition, so this rule is advisory. */
export const actionsNamed = resourceRule(
  {
    name: "actions-named",
    description: "A principal that a queue or topic allows one action should not be allowed all actions",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    remediationSteps: "List the actions, such as sqs:SendMessage or sns:Publish.",
    checkov: ["CKV_AWS_72"],
  },
  [TYPE.queue, TYPE.queuePolicy, TYPE.topic, TYPE.topicPolicy],
  (subject, say) => {
    for (const { title, actions } of allowedBy(read(subject.props, "policy"))) {
      const every = actions.find((action) => ["*", "sqs:*", "sns:*"].includes(action.toLowerCase()));
      if (every !== undefined) say(subject, `allows the action '${every}' ('${title}')`, "list the actions");
    }
  },
);
