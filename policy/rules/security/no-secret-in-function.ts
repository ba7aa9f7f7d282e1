import { entries, isUnknown, UNKNOWN } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { secretsIn } from "../../stack/secrets";
import { TYPE } from "../../stack/types";

export const noSecretInFunction = resourceRule(
  {
    name: "no-secret-in-function",
    description: "A function's environment can be read by anybody who may describe the function",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    remediationSteps: "Pass the function a reference to the secret, and read it at run time with its own role.",
    checkov: ["CKV_AWS_45"],
  },
  [TYPE.function],
  (lambda, say) => {
    for (const path of [["environment"], ["environment", "variables"]]) {
      if (isUnknown(lambda.props, ...path)) say.cannotKnow(lambda, path.join("."));
    }
    for (const [name, value] of entries(lambda.props, "environment", "variables")) {
      if (value === UNKNOWN) say.cannotKnow(lambda, name);
      if (typeof value !== "string") continue;
      for (const kind of secretsIn(`${name}=${value}`)) {
        say(lambda, `seems to contain ${kind} in its variable '${name}'`, "pass a reference, and replace the secret");
      }
    }
  },
);
