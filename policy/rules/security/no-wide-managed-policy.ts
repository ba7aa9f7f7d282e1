import { hasUnknown, list, read, text } from "../../stack/known";
import { resourceRule, STRICT, type Subject } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** AWS's own policies that allow everything in the account, directly or by what they can grant. */
const EVERYTHING = /:policy\/(?:.*\/)?(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

/** AWS's own policies for a whole service, which can be intended. */
const SERVICE = /:policy\/(?:.*\/)?\w*FullAccess(?:V\d+)?$/;

export const noWideManagedPolicy = resourceRule(
  {
    name: "no-wide-managed-policy",
    description: "AWS's own administrator and full-access policies give a role more permissions than it needs",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    remediationSteps: "Write a policy with the actions that are really called, on their resources.",
    checkov: ["CKV_AWS_274"],
    configSchema: { properties: { strict: STRICT } },
  },
  [
    ...[TYPE.rolePolicyAttachment, TYPE.userPolicyAttachment, TYPE.groupPolicyAttachment, TYPE.policyAttachment],
    ...[TYPE.managedPolicyAttachment, TYPE.rolePolicyAttachments, TYPE.role],
  ],
  (subject, say) => {
    for (const key of ATTACHED) if (hasUnknown(read(subject.props, key))) say.cannotKnow(subject, key);
    for (const policy of attachedBy(subject)) {
      const isCertain = EVERYTHING.test(policy);
      if (!isCertain && !SERVICE.test(policy)) continue;
      say(subject, `attaches '${policy}'`, "write a policy with the actions that are really called", isCertain);
    }
  },
);

const ATTACHED = ["policyArn", "managedPolicyArn", "policyArns", "managedPolicyArns"];

function attachedBy({ props }: Subject): string[] {
  const single = [text(props, "policyArn"), text(props, "managedPolicyArn")];
  return [...single, ...list(props, "policyArns"), ...list(props, "managedPolicyArns")].filter(
    (policy) => typeof policy === "string",
  );
}
