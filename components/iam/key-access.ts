import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOfStored, type KeyReference, storedInAws } from "../../chef/keys/key-reference";
import type { ChefIdentity } from "../connection/chef-connection";
import { type ReadFrom, readFromCondition } from "../connection/read-from";
import { cachedInvoke } from "../lookup/cached-invoke";

/** Where this stack's AWS resources live; known at preview. */
export interface Place {
  readonly partition: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
}

/** Asks the provider of `parent` for its partition, region and account. */
export function placeOf(parent: pulumi.Resource): Place {
  return {
    partition: cachedInvoke(parent, "partition", () => aws.getPartitionOutput({}, { parent }).partition),
    region: cachedInvoke(parent, "region", () => aws.getRegionOutput({}, { parent }).region),
    accountId: cachedInvoke(parent, "account", () => aws.getCallerIdentityOutput({}, { parent }).accountId),
  };
}

/** What is read, how its statements are called, and from where alone it may be read. */
interface Reading {
  /** @default "ChefKey" */
  readonly what?: "ChefKey" | "DataBagSecret";
  /** @default from wherever the role is used */
  readonly from?: ReadFrom;
}

/**
 * The IAM statements that let a role read one identity's key and nothing else. The condition stands on the reading alone: SSM and
 * Secrets Manager ask KMS themselves, not by the reader's endpoint.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html#conditions-aws-vpce
 */
export function keyReadStatements(
  { key, kmsKeyArn }: Pick<ChefIdentity, "key" | "kmsKeyArn">,
  place: Place,
  { what = "ChefKey", from }: Reading = {},
): aws.iam.PolicyStatement[] {
  const allowed = keyReadStatement(key, place);
  if (!allowed) return [];
  const Condition = readFromCondition(from);
  const read = { ...allowed, Sid: `Read${what}`, ...(Condition && { Condition }) };
  if (!kmsKeyArn) return [read];
  return [read, { Sid: `Decrypt${what}`, Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn }];
}

function keyReadStatement(key: KeyReference, place: Place): Omit<aws.iam.PolicyStatement, "Sid"> | undefined {
  const stored = storedInAws(key);
  if (!stored) return undefined;
  const Action = stored.source === "ssm" ? "ssm:GetParameter" : "secretsmanager:GetSecretValue";
  // A secret's ARN ends in six characters that only AWS knows; a name stands for exactly one secret with any ending.
  const Resource = arnOfStored(stored, "??????", (resource) => arn(place, stored.source, resource));
  return { Effect: "Allow", Action, Resource };
}

/** The ARN of something in this account and region. */
export function arn(place: Place, service: string, resource: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`arn:${place.partition}:${service}:${place.region}:${place.accountId}:${resource}`;
}
