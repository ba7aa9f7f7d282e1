import { list, read } from "../../stack/known";
import { listOf, resourceRule, STRICT } from "../../stack/rule";
import { allowedBy, unclearIn } from "../../stack/statements";
import { TYPE } from "../../stack/types";

const ACCOUNT = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/;

/** Parts of a statement that say who is let in. */
const WHO = ["all of it", "Effect", "Principal"];

/** No program says which account is its own: where the list of yours is empty, this rule only advises. */
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
        strict: { ...STRICT, description: "stop also where 'accounts' is empty, so that an account may be your own" },
        accounts: listOf("accounts that topics may let in, your own among them", { pattern: "^\\d{12}$" }),
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
      const mend = "add a condition, or list it in this rule's 'accounts'";
      const isCertain = allowed.length > 0;
      say(topic, `lets the account '${foreign}' in without a condition ('${title}')`, mend, isCertain);
    }
  },
);
