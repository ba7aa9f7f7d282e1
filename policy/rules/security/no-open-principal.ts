import { read } from "../../known";
import { resourceRule } from "../../rule";
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
  [TYPE.queue, TYPE.queuePolicy, TYPE.topic, TYPE.topicPolicy],
  (subject, say) => {
    for (const { title, principals, hasCondition, allBut } of allowedBy(read(subject.props, "policy"))) {
      const isOpen = principals.includes("*") || allBut.includes("NotPrincipal");
      if (hasCondition || !isOpen) continue;
      say(subject, `lets everybody in ('${title}')`, "name the principal, and add a condition on aws:SourceArn");
    }
  },
);
