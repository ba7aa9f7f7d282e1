import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, keyReadStatements, type Place } from "../key-access";
import type { ReaperFunctionArgs } from "./reaper-function";

/** Exactly the calls that the reaper and its event source mapping make. */
export function reaperStatements(
  args: ReaperFunctionArgs,
  logGroupArn: pulumi.Output<string>,
  place: Place,
): aws.iam.PolicyStatement[] {
  const groups = args.groupNames.map((group) =>
    arn(place, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${group}`),
  );
  return [
    {
      Sid: "ReadQueue",
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      Resource: args.queue.queueArn,
    },
    { Sid: "SetAside", Effect: "Allow", Action: "sqs:SendMessage", Resource: args.queue.deadLetterQueueArn },
    {
      Sid: "WriteLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${logGroupArn}:*`,
    },
    {
      Sid: "AskInstanceState",
      Effect: "Allow",
      Action: ["ec2:DescribeInstances", "autoscaling:DescribeAutoScalingInstances"],
      // AWS knows no narrower resource for describing instances.
      Resource: "*",
    },
    {
      Sid: "CompleteTerminateHook",
      Effect: "Allow",
      Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"],
      Resource: groups,
    },
    ...(args.reconcile === false ? [] : [ASK_GROUP]),
    ...(args.queue.kmsKeyArn ? [readEncrypted(args.queue.kmsKeyArn)] : []),
    ...keyReadStatements(args.chef.operator, place),
  ];
}

/** The reconcile's questions about the group as a whole; AWS knows no narrower resource for these either. */
const ASK_GROUP: aws.iam.PolicyStatement = {
  Sid: "AskGroup",
  Effect: "Allow",
  Action: ["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeScalingActivities"],
  Resource: "*",
};

/** Reading needs to decrypt; setting a message aside in the dead letters needs to encrypt. */
function readEncrypted(kmsKeyArn: pulumi.Input<string>): aws.iam.PolicyStatement {
  return {
    Sid: "EncryptedQueues",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: kmsKeyArn,
  };
}
