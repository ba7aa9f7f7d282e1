import * as pulumi from "@pulumi/pulumi";

/**
 * A queue's policy by which one topic may send, and nothing goes over an unencrypted connection. Principals of the queue's own account
 * may send besides where their IAM policies say so, as an operator's redrive does.
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
 * The statement that a customer-managed key's policy needs before topic and queues encrypted with it pass a message on.
 * A key belongs to whoever made it, so this is for its owner to add.
 *
 * @param autoScalingRoleArn `arn:aws:iam::<account>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`
 * @param topicArn of the one topic that may use the key, so that SNS uses it for nobody else. @default any of that account
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
