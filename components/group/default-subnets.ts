import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { raise } from "../validation/issues";

/**
 * The default VPC's subnets of some zones. A launch configuration that says whether its instances have public addresses
 * wants subnets ("AssociatePublicIpAddress field can not be specified without a subnet id", ansible#34794), and one that
 * says nothing gives them what a default subnet gives: a public address.
 *
 * @param subject what the zones are for, named in the error
 */
export function defaultSubnets(
  zones: pulumi.Input<pulumi.Input<string>[]>,
  subject: string,
  parent: pulumi.Resource,
): pulumi.Output<string[]> {
  return pulumi.output(zones).apply(async (names) => {
    const filters = [
      { name: "default-for-az", values: ["true"] },
      { name: "availability-zone", values: names },
    ];
    const { ids } = await aws.ec2.getSubnets({ filters }, { parent });
    const fix = "name 'subnetIds' of a VPC of yours in its place";
    const expected = "zones in which the default VPC has a subnet";
    if (ids.length === 0) raise(subject, [{ property: "availabilityZones", value: names, expected, fix }]);
    return ids;
  });
}
