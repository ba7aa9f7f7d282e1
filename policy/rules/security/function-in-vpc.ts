import { isAbsent } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/**
 * An empty list of subnets takes a function out of its VPC: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html. Only
 * needed if the Chef server is inside a VPC, so it is disabled by default.
 */
export const functionInVpc = resourceRule(
  {
    name: "function-in-vpc",
    description: "If the Chef server has no public address, the reaper must run in the VPC",
    severity: "low",
    enforcementLevel: "disabled",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
    remediationSteps: "Set the function's vpcConfig, or 'reaper.vpc' of a ChefAutoScalingGroup.",
    checkov: ["CKV_AWS_117"],
  },
  [TYPE.function],
  (lambda, say) => {
    if (isAbsent(lambda.props, "vpcConfig", "subnetIds")) say(lambda, "runs outside any VPC", "set vpcConfig");
  },
);
