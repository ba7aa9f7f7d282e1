import * as pulumi from "@pulumi/pulumi";
import { placeOf } from "./key-access";

/** The role in whose name Auto Scaling uses keys: the one that AWS makes in each account, unless the group is given another. */
export function autoScalingRole(
  given: pulumi.Input<string | undefined>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { partition, accountId } = placeOf(parent);
  const role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  const usual = pulumi.interpolate`arn:${partition}:iam::${accountId}:${role}`;
  return given === undefined ? usual : pulumi.all([given, usual]).apply(([own, other]) => own ?? other);
}
