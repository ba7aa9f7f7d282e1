import { read, text } from "../../known";
import { resourceRule } from "../../rule";
import { TYPE } from "../../types";

const BOUNDS = ["sourceArn", "sourceAccount", "principalOrgId"];

export const functionNotOpen = resourceRule(
  {
    name: "function-not-open",
    description: "A permission for everybody lets every AWS account invoke the function",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    remediationSteps: "Name the service or account, and the sourceArn that may invoke through it.",
    checkov: ["CKV_AWS_301"],
  },
  [TYPE.permission],
  (permission, say) => {
    const { props } = permission;
    if (text(props, "principal") !== "*" || BOUNDS.some((key) => read(props, key) !== undefined)) return;
    say(permission, "lets everybody invoke the function", "name the principal and its sourceArn");
  },
);
