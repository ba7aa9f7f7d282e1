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
import { isLater, laterPaths } from "../validation/outputs";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { InstanceAccess } from "./instance-access";
import { hookAnsweredByInstance } from "./lifecycle-hooks";
import { instanceKeySource } from "./user-data";

export interface InstanceRole {
  readonly profile: ProfileReference;
  /** Undefined where the profile was given. */
  readonly access?: InstanceAccess;
}

/** The role that instances have: one of the component's making, or a given one that is looked at. */
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

/** An instance that waits in a hook of its own lets itself go on, in this group and no other. */
function answerHook({ groupName, hooks }: ChefAutoScalingGroupArgs, place: Place): aws.iam.PolicyStatement[] {
  if (!hookAnsweredByInstance(hooks)) return [];
  const Resource = arn(place, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${groupName}`);
  const Action = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"];
  return [{ Sid: "AnswerLaunchHook", Effect: "Allow", Action, Resource }];
}

/** What of them, or of the key that they may decrypt with, is known only later is judged then, before the role gets it. */
function ownStatements(
  name: string,
  { instance = {}, chef: { operator } }: ChefAutoScalingGroupArgs,
): aws.iam.PolicyStatement[] {
  const { policyStatements = [] } = instance;
  const { key, kmsKeyArn } = operator;
  const hangsOnKey = isLater(kmsKeyArn) && operatorKeyIssues(instance, { key }).length > 0;
  return policyStatements.map((statement) => {
    if (!hangsOnKey && laterPaths(statement).length === 0) return statement;
    const judged = pulumi.output({ known: statement, kmsKeyArn }).apply(({ known, kmsKeyArn }) => {
      const all = policyStatements.map((one) => (one === statement ? known : one));
      raise(`Group "${name}"`, operatorKeyIssues({ ...instance, policyStatements: all }, { key, kmsKeyArn }));
      return known;
    });
    // A list of statements may hold outputs, as any input of a resource
    return judged as unknown as aws.iam.PolicyStatement;
  });
}

function needsOf(args: ChefAutoScalingGroupArgs, place: Place): pulumi.Output<BootNeed[]> {
  const { groupName, hooks } = args;
  const answersHook = hookAnsweredByInstance(hooks) !== undefined;
  return pulumi
    .output({ ...place, secrets: secretsOf(args) })
    .apply((known) => bootNeeds({ ...known, groupName, answersHook }));
}

type Later<T> = { readonly [Name in keyof T]: pulumi.Input<T[Name]> };

function secretsOf({ chef: { validator, dataBagSecret } }: ChefAutoScalingGroupArgs): Later<StoredSecret>[] {
  const stored = [{ what: "the validator's key", key: validator.key, kmsKeyArn: validator.kmsKeyArn }];
  if (dataBagSecret) {
    stored.push({ what: "the data bag secret", key: dataBagSecret.secret, kmsKeyArn: dataBagSecret.kmsKeyArn });
  }
  return stored
    .filter(({ key }) => isReadInAws(key))
    .map(({ what, key, kmsKeyArn }) => ({ what, kmsKeyArn, ...instanceKeySource(key) }));
}
