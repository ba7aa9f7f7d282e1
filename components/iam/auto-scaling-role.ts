import * as pulumi from "@pulumi/pulumi";
import { placeOf } from "./key-access";

/** The role with which Auto Scaling uses keys: its service-linked role in the account, unless the group has another one. */
export function autoScalingRole(
  given: pulumi.Input<string | undefined>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { partition, accountId } = placeOf(parent);
  const role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  const usual = pulumi.interpolate`arn:${partition}:iam::${accountId}:${role}`;
  return given === undefined ? usual : pulumi.all([given, usual]).apply(([own, other]) => own ?? other);
}
