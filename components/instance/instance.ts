import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DataVolume } from "./data-volume";
import type { EgressRule } from "./egress";
import type { InstanceMetadata } from "./metadata";
import type { OwnUserData } from "./own-user-data";

/** Instance settings beyond Chef: permissions, user data, volumes, metadata and network. */
export interface Instance {
  /**
   * Additional permissions for the instances' own software, besides reading the validator's key and completing the launch hook. A statement
   * that would let an instance read the operator's key is refused. Excludes an existing profile. @default none
   */
  readonly policyStatements?: readonly aws.iam.PolicyStatement[];
  /**
   * ARNs of managed policies for the instances' role; policies that let it read the operator's key are refused. Excludes an existing
   * profile. @default none
   */
  readonly managedPolicyArns?: readonly pulumi.Input<string>[];
  /**
   * Name of an existing instance profile; no role is created then. The preview and `chef-autoscaling doctor` report the permissions that
   * its role lacks for a first boot. Excludes `profileArn`. @default a new profile with a role
   */
  readonly profileName?: pulumi.Input<string>;
  /** ARN of an existing instance profile. Excludes `profileName`. @default a new profile with a role */
  readonly profileArn?: pulumi.Input<string>;
  /** Your own parts of the user data, before and after Chef. @default none */
  readonly userData?: OwnUserData;
  /** Data volumes, always encrypted. @default none */
  readonly volumes?: readonly DataVolume[];
  /** Settings of the metadata service, which always requires tokens (IMDSv2). @default one hop, no tags, no IPv6 */
  readonly metadata?: InstanceMetadata;
  /** Outbound rules of the security group that the component creates. Excludes `securityGroupIds`. @default everything */
  readonly egress?: readonly EgressRule[];
  /** IPv6 addresses per instance; the subnets need an IPv6 range. Needs a launch template. @default 0 */
  readonly ipv6AddressCount?: number;
}
