import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
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
}
