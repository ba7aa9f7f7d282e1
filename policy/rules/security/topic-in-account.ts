import { list, read } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { allowedBy } from "../../stack/statements";
import { TYPE } from "../../stack/types";

const ACCOUNT = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/;

export const topicInAccount = resourceRule(
  {
    name: "topic-in-account",
    description: "A topic's events are for its own account; another is let in by a condition, or by name here",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    remediationSteps:
      "Take the account out of the topic's policy, bind it by a condition, or list it in this rule's 'accounts'.",
    checkov: ["CKV_AWS_385"],
    configSchema: {
      properties: {
        accounts: {
          type: "array",
          items: { type: "string", pattern: "^\\d{12}$" },
          default: [],
          description: "accounts that topics may let in, your own among them",
        },
      },
    },
  },
  [TYPE.topic, TYPE.topicPolicy],
  (topic, say, settings) => {
    const allowed = list(settings, "accounts");
    for (const { title, principals, isNarrowed } of allowedBy(read(topic.props, "policy"))) {
      if (isNarrowed) continue;
      const accounts = principals.map((principal) => ACCOUNT.exec(principal)?.[1]);
      const foreign = accounts.find((account) => account !== undefined && !allowed.includes(account));
      if (foreign === undefined) continue;
      const mend = "add a condition, or list it in this rule's 'accounts'";
      say(topic, `lets the account '${foreign}' in without a condition ('${title}')`, mend);
    }
  },
);
