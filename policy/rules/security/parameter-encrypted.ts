import { isUnknown, text } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { secretsIn } from "../../stack/secrets";
import { TYPE } from "../../stack/types";

export const parameterEncrypted = resourceRule(
  {
    name: "parameter-encrypted",
    description: "A key in a parameter of type String is stored in plain text, for anybody who may read the parameter",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    remediationSteps: "Give the parameter the type SecureString.",
  },
  [TYPE.ssmParameter],
  (parameter, say) => {
    const { props } = parameter;
    if (text(props, "type") === "SecureString") return;
    const unknown = ["type", "value", "insecureValue"].filter((key) => isUnknown(props, key));
    for (const key of unknown) say.cannotKnow(parameter, key);
    if (unknown.includes("type")) return;
    for (const kind of secretsIn(text(props, "value") ?? text(props, "insecureValue") ?? "")) {
      say(parameter, `seems to store ${kind} in plain text`, "set its type to 'SecureString'");
    }
  },
);
