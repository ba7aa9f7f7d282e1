import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type BootNeed, bootNeeds, type StoredSecret } from "../../packer";
import { isReadInAws } from "../connection/chef-connection";
import { arn, type Place } from "../iam/key-access";
import { givenProfile, type ProfileReference } from "../instance/given-profile";
import { hasGivenProfile } from "../instance/instance-validation";
import { operatorKeyIssues } from "../instance/operator-key";
import { partOf } from "../pass-through/pass-on";
import { raise } from "../validation/issues";
import { laterPaths } from "../validation/outputs";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { InstanceAccess } from "./instance-access";
import { hookAnsweredByInstance } from "./lifecycle-hooks";
import { instanceKeySource } from "./user-data";

export interface InstanceRole {
  readonly profile: ProfileReference;
  /** Undefined if an existing profile was named. */
  readonly access?: InstanceAccess;
}

/** The instances' role: either a new one, or that of an existing profile, which is checked. */
export function createInstanceRole(
  name: string,
  args: ChefAutoScalingGroupArgs,
  place: Place,
  parent: pulumi.Resource,
): InstanceRole {
  const { chef, instance = {}, sessionManager, permissionsBoundary, passOn } = args;
  if (hasGivenProfile(instance)) return { profile: givenProfile(instance, needsOf(args, place), parent) };
  const access = new InstanceAccess(
    `${name}-instance`,
    {
      validator: chef.validator,
      dataBagSecret: chef.dataBagSecret,
      readFrom: chef.readFrom,
      extraStatements: [...answerHook(args, place), ...ownStatements(name, args)],
      managedPolicyArns: instance.managedPolicyArns,
      sessionManager,
      permissionsBoundary,
      passOn: partOf(passOn, ["instanceRole", "instanceProfile"]),
    },
    { parent },
  );
  return { profile: { name: access.instanceProfileName }, access };
}

/** Lets an instance that waits in its launch hook complete the hook, in this group only. */
function answerHook({ groupName, hooks }: ChefAutoScalingGroupArgs, place: Place): aws.iam.PolicyStatement[] {
  if (!hookAnsweredByInstance(hooks)) return [];
  const Resource = arn(place, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${groupName}`);
  const Action = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"];
  return [{ Sid: "AnswerLaunchHook", Effect: "Allow", Action, Resource }];
}

/** Statements that are known only later are checked then, before they are attached to the role. */
function ownStatements(name: string, { instance, chef }: ChefAutoScalingGroupArgs): aws.iam.PolicyStatement[] {
  return (instance?.policyStatements ?? []).map((statement) => {
    if (laterPaths(statement).length === 0) return statement;
    const judged = pulumi.output(statement).apply((known) => {
      const policyStatements = [...(instance?.policyStatements ?? []).filter((one) => one !== statement), known];
      raise(`Group "${name}"`, operatorKeyIssues({ policyStatements }, chef.operator));
      return known;
    });
    // A list of statements may contain outputs, like any input of a resource
    return judged as unknown as aws.iam.PolicyStatement;
  });
}

function needsOf(args: ChefAutoScalingGroupArgs, place: Place): pulumi.Output<BootNeed[]> {
  const { groupName, hooks } = args;
  const answersHook = hookAnsweredByInstance(hooks) !== undefined;
  return pulumi
    .all([place.partition, place.region, place.accountId])
    .apply(([partition, region, accountId]) =>
      bootNeeds({ partition, region, accountId, groupName, answersHook, secrets: secretsOf(args) }),
    );
}

function secretsOf({ chef: { validator, dataBagSecret } }: ChefAutoScalingGroupArgs): StoredSecret[] {
  const stored = [{ what: "the validator's key", key: validator.key, kmsKeyArn: validator.kmsKeyArn }];
  if (dataBagSecret) {
    stored.push({ what: "the data bag secret", key: dataBagSecret.secret, kmsKeyArn: dataBagSecret.kmsKeyArn });
  }
  return stored
    .filter(({ key }) => isReadInAws(key))
    .map(({ what, key, kmsKeyArn }) => ({ what, kmsKeyArn, ...instanceKeySource(key) }));
}
