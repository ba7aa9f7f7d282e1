import { flag, list } from "../../stack/known";
import { listOf, resourceRule, type Subject } from "../../stack/rule";
import { LAUNCHERS, TYPE } from "../../stack/types";

/** In the default VPC, instances need public addresses to reach the internet, so this rule is advisory. */
export const noPublicAddress = resourceRule(
  {
    name: "no-public-address",
    description: "An instance with a public address can be reached from everywhere that its security groups allow",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
    remediationSteps:
      "Launch in private subnets with a NAT gateway and leave out publicAddress, or list the name in 'allowed'.",
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
    const fix = "leave associatePublicIpAddress off, or list the name in this rule's 'allowed'";
    say(launcher, "assigns public addresses to its instances", fix);
  },
);

function isPublic({ type, props }: Subject): boolean {
  if (type !== TYPE.launchTemplate) return flag(props, "associatePublicIpAddress") === true;
  return list(props, "networkInterfaces").some((one) => flag(one, "associatePublicIpAddress") === true);
}
