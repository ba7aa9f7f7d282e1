import { read, text } from "../../stack/known";
import { resourceRule, type Subject } from "../../stack/rule";
import { TYPE } from "../../stack/types";

const BOUNDS = ["sourceArn", "sourceAccount", "principalOrgId", "eventSourceToken"];

export const functionNotOpen = resourceRule(
  {
    name: "function-not-open",
    description:
      "A permission for everybody, or for a service whoever uses it, lets every AWS account invoke the function",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
    remediationSteps: "Name the service or account, and the sourceArn or sourceAccount that may invoke through it.",
    checkov: ["CKV_AWS_301", "CKV_AWS_364"],
  },
  [TYPE.permission],
  (permission, say) => {
    const { props } = permission;
    const principal = text(props, "principal");
    say.ifUnknown(permission, "principal");
    if (principal === undefined) return;
    const bound = BOUNDS.find((key) => read(props, key) !== undefined);
    if (principal === "*" && bound !== undefined) {
      say(permission, `names everybody for its principal and only its ${bound} to bound it`, "name the service", false);
    }
    if (bound !== undefined) return;
    if (principal === "*" && !isOfPublicUrl(permission)) {
      say(permission, "lets everybody invoke the function", "name the principal and its sourceArn");
    } else if (/\.amazonaws\.com(\.cn)?$/.test(principal)) {
      say(permission, `lets '${principal}' invoke the function for any account`, "set its sourceArn or sourceAccount");
    }
  },
);

/** The URL itself is the finding of function-url-needs-auth. */
function isOfPublicUrl({ props }: Subject): boolean {
  return text(props, "action") === "lambda:InvokeFunctionUrl" && text(props, "functionUrlAuthType") === "NONE";
}
