import { assign, isAbsent, read, text, UNKNOWN } from "../../known";
import { resourceRule } from "../../rule";
import { LAUNCHERS } from "../../types";

export const metadataNeedsToken = resourceRule(
  {
    name: "metadata-needs-token",
    description: "Without IMDSv2, any request forged on an instance can take its role's credentials",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    remediationSteps: "Set metadataOptions.httpTokens to 'required'.",
    checkov: ["CKV_AWS_79"],
  },
  LAUNCHERS,
  (launcher, say) => {
    const { props } = launcher;
    if (text(props, "metadataOptions", "httpEndpoint") === "disabled" || !statesOtherwise(props)) return;
    const tokens = text(props, "metadataOptions", "httpTokens") ?? "optional";
    say(launcher, `has metadataOptions.httpTokens '${tokens}'`, "set it to 'required'");
  },
  (props) => {
    if (!statesOtherwise(props)) return false;
    const options = read(props, "metadataOptions");
    if (!isAbsent(options)) return assign(options, { httpTokens: "required" });
    props.metadataOptions = { httpEndpoint: "enabled", httpTokens: "required" };
    return true;
  },
);

function statesOtherwise(props: unknown): boolean {
  const tokens = read(props, "metadataOptions", "httpTokens");
  return tokens !== UNKNOWN && tokens !== "required";
}
