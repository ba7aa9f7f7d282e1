import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { JOIN_VPC_ACTIONS } from "../../contract/function-network";
import { vpcOf } from "../lookup/vpc";
import { merge } from "../pass-through/merge";
import type { PassOn } from "../pass-through/pass-on";

/** Where in a VPC a reaper runs. */
export interface ReaperNetwork {
  /** Subnets from which it reaches AWS and the Chef server; it gets no public address. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Its security groups. @default one of its own that lets everything out and nothing in */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
}

interface NetworkedReaper extends ReaperNetwork {
  readonly groupNames: readonly string[];
  readonly passOn?: PassOn<"reaperSecurityGroup">;
}

/** The given security groups, or one of the reaper's own. */
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
      description: `Reaper of ${groupNames.join(", ")}`,
      vpcId: vpcOf(subnetIds, parent),
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, ...everywhere }],
    },
    passOn?.reaperSecurityGroup,
    (merged) => new aws.ec2.SecurityGroup(`${name}-security-group`, merged, { parent }),
  );
  return [own.id];
}

/** Lambda makes a function's network interfaces in the name of its role. */
export const JOIN_VPC: aws.iam.PolicyStatement = {
  Sid: "JoinVpc",
  Effect: "Allow",
  Action: [...JOIN_VPC_ACTIONS],
  // Their ids are not known before Lambda has made them
  Resource: "*",
};
