import * as pulumi from "@pulumi/pulumi";

/**
 * A queue policy that lets one topic send, and refuses unencrypted connections. Principals in the queue's own account may also send if
 * their IAM policies allow it, as for an operator's redrive.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
 */
export function queuePolicy(topicArn: pulumi.Input<string>, queueArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyThisTopic",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
      },
      {
        Sid: "OnlyEncrypted",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}

/**
 * The statements that the policy of a customer-managed key needs so that encrypted topics and queues pass messages on. The owner of the key
 * adds them.
 *
 * @param autoScalingRoleArn `arn:aws:iam::<account>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`
 * @param topicArn of the only topic for which SNS may use the key. @default any topic of that account
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html
 */
export function notificationKeyStatements(
  autoScalingRoleArn: pulumi.Input<string>,
  topicArn: pulumi.Input<string> = pulumi.output(autoScalingRoleArn).apply(anyTopicOf),
) {
  const Action = ["kms:GenerateDataKey*", "kms:Decrypt"];
  return [
    {
      Sid: "TopicSendsToQueue",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action,
      Resource: "*",
      Condition: { ArnLike: { "aws:SourceArn": topicArn } },
    },
    { Sid: "GroupPublishes", Effect: "Allow", Principal: { AWS: autoScalingRoleArn }, Action, Resource: "*" },
  ];
}

function anyTopicOf(roleArn: string): string {
  const [, partition, , , account] = roleArn.split(":");
  return `arn:${partition}:sns:*:${account}:*`;
}
