import { text } from "../../known";
import { resourceRule } from "../../rule";
import { TYPE } from "../../types";

/** AWS's own policies that let everything happen, in the account or in a service. */
const WIDE = /:policy\/(?:.*\/)?(?:AdministratorAccess|PowerUserAccess|\w*FullAccess)$/;

export const noWideManagedPolicy = resourceRule(
  {
    name: "no-wide-managed-policy",
    description: "AWS's own administrator and full-access policies let a role do more than it was made for",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    remediationSteps: "Write a policy of the actions that are really called, on what they are called on.",
    checkov: ["CKV_AWS_274"],
  },
  [TYPE.rolePolicyAttachment],
  (attachment, say) => {
    const policy = text(attachment.props, "policyArn");
    if (policy === undefined || !WIDE.test(policy)) return;
    say(attachment, `attaches '${policy}'`, "write a policy of the actions that are really called");
  },
);
