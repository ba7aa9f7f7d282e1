import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, keyReadStatements, type Place } from "../iam/key-access";
import type { ReapingArgs } from "./reaper-environment";

const READ_QUEUE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];

/** Exactly the calls of the function that reads the queue, and of Lambda on its behalf. */
export function reaperStatements(args: ReapingArgs, place: Place): aws.iam.PolicyStatement[] {
  return messageStatements(args, place, [...READ_QUEUE, "sqs:GetQueueAttributes"]);
}

/** Exactly the calls of the function that reconciles. */
export function reconcileStatements({ chef }: ReapingArgs, place: Place): aws.iam.PolicyStatement[] {
  return [ASK_INSTANCE_STATE, ASK_GROUP, ...keyReadStatements(chef.operator, place)];
}

/** Exactly the calls of a worker, which does both. */
export function workerStatements(args: ReapingArgs, place: Place): aws.iam.PolicyStatement[] {
  return [...messageStatements(args, place, READ_QUEUE), ...(args.reconcile === false ? [] : [ASK_GROUP])];
}

export function writeLog(logGroupArn: pulumi.Output<string>): aws.iam.PolicyStatement {
  return {
    Sid: "WriteLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: pulumi.interpolate`${logGroupArn}:*`,
  };
}

/** @param reading the calls to the queue */
function messageStatements(args: ReapingArgs, place: Place, reading: readonly string[]): aws.iam.PolicyStatement[] {
  const groups = args.groupNames.map((group) =>
    arn(place, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${group}`),
  );
  return [
    {
      Sid: "ReadQueue",
      Effect: "Allow",
      Action: [...reading],
      Resource: args.queue.queueArn,
    },
    { Sid: "SetAside", Effect: "Allow", Action: "sqs:SendMessage", Resource: args.queue.deadLetterQueueArn },
    ASK_INSTANCE_STATE,
    {
      Sid: "CompleteTerminateHook",
      Effect: "Allow",
      Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"],
      Resource: groups,
    },
    ...(args.queue.kmsKeyArn ? [readEncrypted(args.queue.kmsKeyArn)] : []),
    ...keyReadStatements(args.chef.operator, place),
  ];
}

/** AWS supports no narrower resource for describing instances. */
const ASK_INSTANCE_STATE: aws.iam.PolicyStatement = {
  Sid: "AskInstanceState",
  Effect: "Allow",
  Action: ["ec2:DescribeInstances", "autoscaling:DescribeAutoScalingInstances"],
  Resource: "*",
};

/** The reconcile's requests about the group as a whole; AWS supports no narrower resource for these either. */
const ASK_GROUP: aws.iam.PolicyStatement = {
  Sid: "AskGroup",
  Effect: "Allow",
  Action: ["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeScalingActivities"],
  Resource: "*",
};

/** Reading a message needs decrypting; sending it to the dead-letter queue needs encrypting. */
function readEncrypted(kmsKeyArn: pulumi.Input<string>): aws.iam.PolicyStatement {
  return {
    Sid: "EncryptedQueues",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: kmsKeyArn,
  };
}
