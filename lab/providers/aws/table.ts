import { AUTOSCALING } from "./autoscaling";
import { CLOUDWATCH } from "./cloudwatch";
import { EC2 } from "./ec2";
import { IAM } from "./iam";
import { LAMBDA } from "./lambda";
import { LOGS } from "./logs";
import type { ResourceTypes } from "./resource-type";
import { SNS } from "./sns";
import { SQS } from "./sqs";

/** Every resource type the lab's `aws` provider knows. */
export const RESOURCE_TYPES: ResourceTypes = {
  ...AUTOSCALING,
  ...CLOUDWATCH,
  ...EC2,
  ...IAM,
  ...LAMBDA,
  ...LOGS,
  ...SNS,
  ...SQS,
};
