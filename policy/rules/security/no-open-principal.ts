import { read } from "../../stack/known";
import { resourceRule, type Subject } from "../../stack/rule";
import { allowedBy, unclearIn } from "../../stack/statements";
import { TYPE } from "../../stack/types";

export const noOpenPrincipal = resourceRule(
  {
    name: "no-open-principal",
    description: "A '*' principal without a restricting condition allows every AWS account",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    remediationSteps: "Set the principal to the service or account, and restrict it by a condition on aws:SourceArn.",
    checkov: ["CKV_AWS_60", "CKV_AWS_168", "CKV_AWS_169", "CKV_AWS_387"],
  },
  [TYPE.queue, TYPE.queuePolicy, TYPE.topic, TYPE.topicPolicy, TYPE.role],
  (subject, say) => {
    for (const { unknown, title, principals, allBut } of unclearIn(documentOf(subject))) {
      const isOpen = principals.some((one) => one === "*" || ANY_ACCOUNT.test(one)) || allBut.includes("NotPrincipal");
      const parts = unknown.filter((part) => WHO.includes(part) || (part === "Condition" && isOpen));
      for (const part of parts) say.cannotKnow(subject, `${part} ('${title}')`);
    }
    for (const { title, principals, isNarrowed, allBut } of allowedBy(documentOf(subject))) {
      if (isNarrowed) continue;
      const fix = "set the principal, and add a condition on aws:SourceArn";
      const ofAnyAccount = principals.find((principal) => ANY_ACCOUNT.test(principal));
      if (principals.includes("*") || allBut.includes("NotPrincipal"))
        say(subject, `allows everybody ('${title}')`, fix);
      else if (ofAnyAccount !== undefined) {
        say(subject, `allows '${ofAnyAccount}' of any account ('${title}')`, fix);
      }
    }
  },
);

/** The parts of a statement that determine the principal. */
const WHO = ["all of it", "Effect", "Principal", "NotPrincipal"];

/** A wildcard instead of the account was meant for any account; the update shows whether IAM accepts it. */
const ANY_ACCOUNT = /^arn:[^:]*:(?:iam|sts):[^:]*:[^:]*\*/;

/** For a role, its trust policy. */
function documentOf({ type, props }: Subject): unknown {
  return read(props, type === TYPE.role ? "assumeRolePolicy" : "policy");
}
