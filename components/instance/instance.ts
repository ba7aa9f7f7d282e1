import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DataVolume } from "./data-volume";
import type { EgressRule } from "./egress";
import type { InstanceMetadata } from "./metadata";
import type { OwnUserData } from "./own-user-data";

/** What a team's instances have beyond Chef: permissions of their own, and what their launch template says of them. */
export interface Instance {
  /**
   * What the instances' own software may do, beside reading the validator's key and answering the launch hook. A statement that would let
   * an instance read the operator's key is refused. Excludes a given profile. @default nothing
   */
  readonly policyStatements?: readonly aws.iam.PolicyStatement[];
  /** ARNs of managed policies for the instances' role; those that let it read the operator's key are refused. Excludes a given profile. @default none */
  readonly managedPolicyArns?: readonly pulumi.Input<string>[];
  /**
   * Name of an instance profile that is there already; no role is made then. What its role lacks for a first boot is told at preview and by
   * `chef-autoscaling doctor`. Excludes `profileArn`. @default one with a role of its own
   */
  readonly profileName?: pulumi.Input<string>;
  /** The same by its ARN. Excludes `profileName`. @default one with a role of its own */
  readonly profileArn?: pulumi.Input<string>;
  /** Parts of user data of the team's own, before and after Chef. @default none */
  readonly userData?: OwnUserData;
  /** Data volumes, always encrypted. @default none */
  readonly volumes?: readonly DataVolume[];
  /** Of the metadata service, which answers to tokens alone, as IMDSv2 has it. @default one hop, no tags, no IPv6 */
  readonly metadata?: InstanceMetadata;
  /** What instances may reach, in the security group that the component makes. Excludes `securityGroupIds`. @default everything */
  readonly egress?: readonly EgressRule[];
  /** IPv6 addresses of each instance; its subnets need an IPv6 range. Needs a launch template. @default 0 */
  readonly ipv6AddressCount?: number;
}
