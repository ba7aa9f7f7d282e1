import { read, text } from "../../known";
import { resourceRule, type Say, type Subject } from "../../rule";
import { allowedBy } from "../../statements";
import { TYPE } from "../../types";

export const noOpenPrincipal = resourceRule(
  {
    name: "no-open-principal",
    description: "A '*' principal without a condition lets every AWS account in",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    remediationSteps: "Name the service or account, and bind it by a condition on aws:SourceArn.",
    checkov: ["CKV_AWS_168", "CKV_AWS_169"],
  },
  [TYPE.queue, TYPE.queuePolicy, TYPE.topic, TYPE.topicPolicy, TYPE.permission],
  (subject, say) => {
    if (subject.type === TYPE.permission) checkPermission(subject, say);
    for (const { title, principals, hasCondition, allBut } of allowedBy(read(subject.props, "policy"))) {
      const isOpen = principals.includes("*") || allBut.includes("NotPrincipal");
      if (hasCondition || !isOpen) continue;
      say(subject, `lets everybody in ('${title}')`, "name the principal, and add a condition on aws:SourceArn");
    }
  },
);

function checkPermission(permission: Subject, say: Say): void {
  const { props } = permission;
  const isBound = ["sourceArn", "sourceAccount", "principalOrgId"].some((key) => read(props, key) !== undefined);
  if (text(props, "principal") !== "*" || isBound) return;
  say(permission, "lets everybody invoke the function", "name the principal and its sourceArn");
}
