import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { cachedInvoke } from "./cached-invoke";

/** Id of the VPC of the first subnet, and so of all of them. */
export function vpcOf(subnetIds: pulumi.Input<pulumi.Input<string>[]>, parent: pulumi.Resource): pulumi.Output<string> {
  return pulumi
    .output(subnetIds)
    .apply(([id = ""]) =>
      cachedInvoke(parent, `VPC of ${id}`, () => aws.ec2.getSubnetOutput({ id }, { parent }).vpcId),
    );
}
