import { list, read } from "../../stack/known";
import { listOf, resourceRule, STRICT } from "../../stack/rule";
import { allowedBy, unclearIn } from "../../stack/statements";
import { TYPE } from "../../stack/types";

const ACCOUNT = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/;

/** The parts of a statement that determine the principal. */
const WHO = ["all of it", "Effect", "Principal"];

/** A program does not state its own account, so without a list of accounts this rule is only advisory. */
export const topicInAccount = resourceRule(
  {
    name: "topic-in-account",
    description: "A topic is for its own account; other accounts need a condition, or must be listed here",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    remediationSteps:
      "Remove the account from the topic's policy, restrict it by a condition, or list it in this rule's 'accounts'.",
    checkov: ["CKV_AWS_385"],
    configSchema: {
      properties: {
        strict: { ...STRICT, description: "also fail if 'accounts' is empty, although the account may be your own" },
        accounts: listOf("accounts that topics may allow, including your own", { pattern: "^\\d{12}$" }),
      },
    },
  },
  [TYPE.topic, TYPE.topicPolicy],
  (topic, say, settings) => {
    const allowed = list(settings, "accounts");
    for (const { unknown, title, principals } of unclearIn(read(topic.props, "policy"))) {
      const isForeign = principals.some((principal) => ACCOUNT.test(principal));
      const parts = unknown.filter((part) => WHO.includes(part) || (part === "Condition" && isForeign));
      for (const part of parts) say.cannotKnow(topic, `${part} ('${title}')`);
    }
    for (const { title, principals, isNarrowed } of allowedBy(read(topic.props, "policy"))) {
      if (isNarrowed) continue;
      const accounts = principals.map((principal) => ACCOUNT.exec(principal)?.[1]);
      const foreign = accounts.find((account) => account !== undefined && !allowed.includes(account));
      if (foreign === undefined) continue;
      const fix = "add a condition, or list it in this rule's 'accounts'";
      const isCertain = allowed.length > 0;
      say(topic, `allows the account '${foreign}' without a condition ('${title}')`, fix, isCertain);
    }
  },
);
