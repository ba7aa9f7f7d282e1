import { flag, list } from "../../stack/known";
import { listOf, resourceRule, type Subject } from "../../stack/rule";
import { LAUNCHERS, TYPE } from "../../stack/types";

/** The default VPC has no other way out, and so public addresses are the user's to decide: this rule advises. */
export const noPublicAddress = resourceRule(
  {
    name: "no-public-address",
    description: "An instance with a public address can be reached from everywhere its security groups allow",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
    remediationSteps:
      "Launch in private subnets with a NAT gateway and leave publicAddress out, or list the name in 'allowed'.",
    checkov: ["CKV_AWS_88", "CKV_AWS_389"],
    configSchema: {
      properties: {
        allowed: listOf("names of launch templates, launch configurations and instances that may have one"),
      },
    },
  },
  LAUNCHERS,
  (launcher, say, { allowed }) => {
    if (!isPublic(launcher) || (allowed as readonly string[]).includes(launcher.name)) return;
    const mend = "leave associatePublicIpAddress off, or list the name in this rule's 'allowed'";
    say(launcher, "gives its instances a public address", mend);
  },
);

function isPublic({ type, props }: Subject): boolean {
  if (type !== TYPE.launchTemplate) return flag(props, "associatePublicIpAddress") === true;
  return list(props, "networkInterfaces").some((one) => flag(one, "associatePublicIpAddress") === true);
}
