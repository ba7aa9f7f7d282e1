import { read } from "../../stack/known";
import { resourceRule, type Subject } from "../../stack/rule";
import { allowedBy } from "../../stack/statements";
import { TYPE } from "../../stack/types";

export const noOpenPrincipal = resourceRule(
  {
    name: "no-open-principal",
    description: "A '*' principal without a condition that narrows it lets every AWS account in",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    remediationSteps: "Name the service or account, and bind it by a condition on aws:SourceArn.",
    checkov: ["CKV_AWS_60", "CKV_AWS_168", "CKV_AWS_169", "CKV_AWS_387"],
  },
  [TYPE.queue, TYPE.queuePolicy, TYPE.topic, TYPE.topicPolicy, TYPE.role],
  (subject, say) => {
    for (const { title, principals, isNarrowed, allBut } of allowedBy(documentOf(subject))) {
      const isOpen = principals.includes("*") || allBut.includes("NotPrincipal");
      if (isNarrowed || !isOpen) continue;
      say(subject, `lets everybody in ('${title}')`, "name the principal, and add a condition on aws:SourceArn");
    }
  },
);

/** A role is open by who may take it. */
function documentOf({ type, props }: Subject): unknown {
  return read(props, type === TYPE.role ? "assumeRolePolicy" : "policy");
}
