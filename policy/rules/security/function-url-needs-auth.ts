import { text } from "../../stack/known";
import { listOf, resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const functionUrlNeedsAuth = resourceRule(
  {
    name: "function-url-needs-auth",
    description:
      "A function URL without authorization asks nobody who he is, and with a permission for everybody the internet calls it",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    remediationSteps: "Set authorizationType to 'AWS_IAM', or list the URL's name in this rule's 'allowed'.",
    checkov: ["CKV_AWS_258"],
    configSchema: { properties: { allowed: listOf("names of function URLs that are meant for everybody") } },
  },
  [TYPE.functionUrl],
  (url, say, { allowed }) => {
    say.ifUnknown(url, "authorizationType");
    if (text(url.props, "authorizationType") !== "NONE" || (allowed as readonly string[]).includes(url.name)) return;
    say(url, "has authorizationType 'NONE'", "set it to 'AWS_IAM', or list the name in this rule's 'allowed'");
  },
);
