import type { Reference } from "./reference";

/*
 * How ids, ARNs and names of things in AWS look.
 */

function arnOf(service: string, resource: string, what: string): Reference {
  return {
    pattern: new RegExp(`^arn:[^:]+:${service}:[^:]*:[^:]*:${resource}`),
    expected: `the ARN of a ${what}`,
    fix: `give the ${what}'s ARN, not its name or id`,
  };
}

export const ACTION_ARN: Reference = {
  pattern: /^arn:.+/,
  expected: "ARNs of what is told",
  fix: "name a topic, as arn:aws:sns:…",
};
export const ALARM_NAME: Reference = {
  pattern: /^(?!arn:).{1,255}$/,
  expected: "names of alarms",
  fix: "give their names, not their ARNs",
};
export const CLUSTER_ARN = arnOf("ecs", "cluster/.+", "cluster");
export const IMAGE_ID: Reference = {
  pattern: /^ami-\w+$/,
  expected: "an image's id",
  fix: "give a ChefImage's imageId, or another that begins with ami-",
};
export const INSTANCE_TYPE: Reference = {
  pattern: /^[a-z0-9-]+\.[a-z0-9-]+$/,
  expected: "an instance type",
  fix: "write it as t3.small",
};
export const INSTANCE_PROFILE_ARN = arnOf("iam", "instance-profile/.+", "instance profile");
export const INSTANCE_PROFILE_NAME: Reference = {
  pattern: /^[\w+=,.@-]{1,128}$/,
  expected: "an instance profile's name",
  fix: "give an ARN as profileArn",
};
export const KEY_PAIR_NAME: Reference = {
  pattern: /^.{1,255}$/,
  expected: "a key pair's name of 1 to 255 characters",
  fix: "leave it out for no key pair",
};
export const KMS_KEY_ARN = arnOf("kms", "key/.+", "KMS key");
export const POLICY_ARN = arnOf("iam", "policy/.+", "policy");
export const LAUNCH_TEMPLATE_ID: Reference = {
  pattern: /^lt-\w+$/,
  expected: "a launch template's id",
  fix: "give an id that begins with lt-, or its name as 'name'",
};
/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html */
export const LAUNCH_TEMPLATE_NAME: Reference = {
  pattern: /^(?!lt-[0-9a-f]+$)[A-Za-z0-9().\-/_]{3,128}$/,
  expected: "a launch template's name",
  fix: "give its name, or its id (lt-…) as 'id'",
};
export const LATTICE_TARGET_GROUP_ARN = arnOf("vpc-lattice", "targetgroup/.+", "target group of VPC Lattice");
/** Of Classic Load Balancers. @see https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateLoadBalancer.html */
export const LOAD_BALANCER_NAME: Reference = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
  expected: "the name of a Classic Load Balancer, of 1 to 32 letters, digits and dashes",
  fix: "give its name; of any other load balancer, the ARN of a target group",
};
export const PREFIX_LIST_ID: Reference = {
  pattern: /^pl-\w+$/,
  expected: "one or more prefix lists",
  fix: "give their ids (pl-…)",
  neverEmpty: true,
};
export const QUEUE_ARN = arnOf("sqs", "[^:]+$", "queue");
export const QUEUE_URL: Reference = {
  pattern: /^https?:\/\/\S+$/,
  expected: "the URL of a queue",
  fix: "give what `aws sqs get-queue-url` shows",
};
export const SECURITY_GROUP_ID: Reference = {
  pattern: /^sg-\w+$/,
  expected: "one or more security groups",
  fix: "give ids (sg-…), or leave it out",
  neverEmpty: true,
};
export const SNAPSHOT_ID: Reference = {
  pattern: /^snap-\w+$/,
  expected: "a snapshot's id",
  fix: "give an id that begins with snap-",
};
export const SUBNET_ID: Reference = {
  pattern: /^subnet-[\w-]+$/,
  expected: "one or more subnets",
  fix: "give their ids (subnet-…)",
  neverEmpty: true,
};
export const TARGET_GROUP_ARN = arnOf("elasticloadbalancing", "targetgroup/.+", "target group");
/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredefinedMetricSpecification.html */
export const TARGET_GROUP_LABEL: Reference = {
  pattern: /^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/,
  expected: "a load balancer and its target group",
  fix: "write app/<load balancer>/<id>/targetgroup/<target group>/<id>, the ends of their ARNs",
};
export const TOPIC_ARN = arnOf("sns", "[^:]+$", "topic");
export const VPC_ENDPOINT_ID: Reference = {
  pattern: /^vpce-[0-9a-z-]+$/,
  expected: "one or more VPC endpoints",
  fix: "give their ids, as `aws ec2 describe-vpc-endpoints` shows them",
  neverEmpty: true,
};
export const VPC_ID: Reference = {
  pattern: /^vpc-[0-9a-z-]+$/,
  expected: "one or more VPCs",
  fix: "give their ids, as `aws ec2 describe-vpcs` shows them",
  neverEmpty: true,
};
/** An image that moves changes under a running service, and no rollback finds the old one again. */
export const WORKER_IMAGE: Reference = {
  pattern: /(@sha256:[0-9a-f]{64}|:(?!latest$)[\w.-]+)$/,
  expected: "an image with a digest, or a tag other than latest",
  fix: "build container/Dockerfile, push it, and name what was pushed",
};
export const ZONE: Reference = {
  pattern: /^[a-z]{2,4}-[a-z0-9-]*\d[a-z]$/,
  expected: "one or more zones",
  fix: "write them as eu-west-3a",
  neverEmpty: true,
};
