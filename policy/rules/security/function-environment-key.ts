import { entries, isAbsent } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** The library's functions have references and no secrets, so this rule is disabled by default. */
export const functionEnvironmentKey = resourceRule(
  {
    name: "function-environment-key",
    description: "A function's environment variables can be encrypted with your own KMS key",
    severity: "low",
    enforcementLevel: "disabled",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
    remediationSteps: "Set the function's kmsKeyArn.",
    checkov: ["CKV_AWS_173"],
  },
  [TYPE.function],
  (lambda, say) => {
    if (entries(lambda.props, "environment", "variables").length === 0 || !isAbsent(lambda.props, "kmsKeyArn")) return;
    say(lambda, "has environment variables that are encrypted with AWS's own key", "set kmsKeyArn");
  },
);
