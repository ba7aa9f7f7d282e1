import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { JOIN_VPC_ACTIONS } from "../../contract/function-network";
import { vpcOf } from "../lookup/vpc";
import { merge } from "../pass-through/merge";
import type { PassOn } from "../pass-through/pass-on";

/** The VPC network of a reaper. */
export interface ReaperNetwork {
  /** Subnets from which it can reach AWS and the Chef server; it gets no public address. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Its security groups. @default a new one, which allows all outbound and no inbound traffic */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
}

interface NetworkedReaper extends ReaperNetwork {
  readonly groupNames: readonly string[];
  readonly passOn?: PassOn<"reaperSecurityGroup">;
}

/** The given security groups, or a new one for the reaper. */
export function reaperSecurityGroups(
  name: string,
  { subnetIds, securityGroupIds, groupNames, passOn }: NetworkedReaper,
  parent: pulumi.Resource,
): pulumi.Input<pulumi.Input<string>[]> {
  if (securityGroupIds) return securityGroupIds;
  const everywhere = { cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
  const own = merge(
    "reaperSecurityGroup",
    {
      // EC2 accepts 255 characters
      description: `Reaper of ${groupNames.join(", ")}`.slice(0, 255),
      vpcId: vpcOf(subnetIds, parent),
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, ...everywhere }],
    },
    passOn?.reaperSecurityGroup,
    (merged) => new aws.ec2.SecurityGroup(`${name}-security-group`, merged, { parent }),
  );
  return [own.id];
}

/** Lambda creates a function's network interfaces with the permissions of its role. */
export const JOIN_VPC: aws.iam.PolicyStatement = {
  Sid: "JoinVpc",
  Effect: "Allow",
  Action: [...JOIN_VPC_ACTIONS],
  // Their ids are not known before Lambda has created them
  Resource: "*",
};
