import { APPLICATION_AUTOSCALING } from "./application-autoscaling";
import { AUTOSCALING } from "./autoscaling";
import { CLOUDWATCH } from "./cloudwatch";
import { EC2 } from "./ec2";
import { ECS } from "./ecs";
import { EVENTS } from "./events";
import { IAM } from "./iam";
import { KMS } from "./kms";
import { LAMBDA } from "./lambda";
import { LOAD_BALANCING } from "./load-balancing";
import { LOGS } from "./logs";
import { NETWORK } from "./network";
import type { ResourceTypes } from "./resource-type";
import { SNS } from "./sns";
import { SQS } from "./sqs";

/** Every resource type that the lab's `aws` provider supports. */
export const RESOURCE_TYPES: ResourceTypes = {
  ...APPLICATION_AUTOSCALING,
  ...AUTOSCALING,
  ...CLOUDWATCH,
  ...EC2,
  ...ECS,
  ...EVENTS,
  ...IAM,
  ...KMS,
  ...LAMBDA,
  ...LOAD_BALANCING,
  ...LOGS,
  ...NETWORK,
  ...SNS,
  ...SQS,
};
