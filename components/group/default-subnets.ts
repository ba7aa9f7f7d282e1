import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { raise } from "../validation/issues";

/**
 * The default VPC's subnets in some zones. A launch configuration that sets whether its instances get public addresses needs subnets
 * ("AssociatePublicIpAddress field can not be specified without a subnet id", ansible#34794); without that setting, instances in a default
 * subnet get a public address.
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
    const fix = "set 'subnetIds' of your own VPC instead";
    const expected = "zones in which the default VPC has a subnet";
    if (ids.length === 0) raise(subject, [{ property: "availabilityZones", value: names, expected, fix }]);
    return ids;
  });
}
