import { list } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const severalZones = resourceRule(
  {
    name: "several-zones",
    description: "A group in only one availability zone fails with it",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html",
    remediationSteps: "Use subnets, or zones of the default VPC, in two or more availability zones.",
  },
  [TYPE.group],
  (group, say) => {
    for (const key of ["availabilityZones", "vpcZoneIdentifiers"]) {
      const [only, ...others] = list(group.props, key);
      if (only === undefined || others.length > 0) continue;
      say(group, `can launch in only one of ${key}`, `use two or more ${key}, in different zones`);
    }
  },
);
