import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { autoScalingRole } from "../iam/auto-scaling-role";
import { placeOf } from "../iam/key-access";
import { explainFailures, missingServiceRole } from "../lookup/failure-hook";
import { merge } from "../pass-through/merge";
import type { PassedOn } from "../pass-through/pass-on";
import { notificationKeyStatements } from "./queue-policy";

interface NotificationKeyParts {
  readonly autoScalingGroup: aws.autoscaling.Group;
  readonly serviceLinkedRoleArn?: pulumi.Input<string | undefined>;
  /** Of an existing topic. A topic that is created with the key is encrypted with it and created after it. */
  readonly topicArn?: pulumi.Input<string>;
  readonly passedOn?: PassedOn<"notificationKey">;
}

/** A key for topic and queues, whose policy allows the messages that would otherwise be lost silently. */
export function createNotificationKey(
  name: string,
  { autoScalingGroup, serviceLinkedRoleArn, topicArn, passedOn }: NotificationKeyParts,
  parent: pulumi.Resource,
): aws.kms.Key {
  const { partition, accountId } = placeOf(parent);
  const roleArn = autoScalingRole(serviceLinkedRoleArn, parent);
  const owner = {
    Sid: "Owner",
    Effect: "Allow",
    Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  const onError = explainFailures(`${name}-key-refused`, [missingServiceRole(`the events of "${name}"`)]);
  const Statement = [owner, ...notificationKeyStatements(roleArn, topicArn)];
  // KMS refuses a policy with a role that does not exist, and AWS creates this one with an account's
  // first group
  const options = { parent, dependsOn: [autoScalingGroup], hooks: { onError } };
  return merge(
    "notificationKey",
    {
      description: pulumi.interpolate`Launches and terminations of ${autoScalingGroup.name}`,
      enableKeyRotation: true,
      policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement }),
    },
    passedOn,
    (merged) => new aws.kms.Key(`${name}-key`, merged, options),
  );
}
