import { read } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { allowedBy } from "../../stack/statements";
import { TYPE } from "../../stack/types";

const ACCOUNT = /^(?:arn:[^:]*:iam::)?\d{12}(?::root)?$/;

/** Trusting a whole account can be intended, so this rule is advisory. */
export const roleTrustsFew = resourceRule(
  {
    name: "role-trusts-few",
    description:
      "A role that a whole account may assume can be assumed by everybody who may assume roles in that account",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts",
    remediationSteps: "List the roles that may assume it, or add a condition, such as sts:ExternalId.",
    checkov: ["CKV_AWS_61"],
  },
  [TYPE.role],
  (role, say) => {
    for (const { title, principals, isNarrowed } of allowedBy(read(role.props, "assumeRolePolicy"))) {
      const account = isNarrowed ? undefined : principals.find((principal) => ACCOUNT.test(principal));
      if (account !== undefined)
        say(role, `trusts the whole account '${account}' ('${title}')`, "list roles of that account");
    }
  },
);
