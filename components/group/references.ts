import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "../../chef/json";
import { raise, type ValidationIssue } from "../validation/issues";

/** What a value that stands for something in AWS looks like. */
interface Shape {
  readonly pattern: RegExp;
  readonly expected: string;
  readonly fix: string;
  /** Whether a list of none says something wrong. @default false */
  readonly neverEmpty?: boolean;
}

const looksLike = (pattern: RegExp, expected: string, fix: string): Shape => ({ pattern, expected, fix });

function neverEmpty(shape: Shape): Shape {
  return { ...shape, neverEmpty: true };
}

function arnOf(service: string, resource: string, what: string): Shape {
  const fix = `give the ${what}'s ARN, not its name or id`;
  return looksLike(new RegExp(`^arn:[^:]+:${service}:[^:]*:[^:]*:${resource}`), `the ARN of a ${what}`, fix);
}

const KMS_KEY = arnOf("kms", "key/.+", "KMS key");
const QUEUE = arnOf("sqs", "[^:]+$", "queue");
const TOPIC = arnOf("sns", "[^:]+$", "topic");
const QUEUE_URL = looksLike(/^https?:\/\/\S+$/, "the URL of a queue", "give what `aws sqs get-queue-url` shows");
const INSTANCE_TYPE = looksLike(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an instance type", "write it as t3.small");
const SECURITY_GROUP = neverEmpty(
  looksLike(/^sg-\w+$/, "one or more security groups", "give ids (sg-…), or leave it out"),
);

const SUBNETS = neverEmpty(looksLike(/^subnet-[\w-]+$/, "one or more subnets", "give their ids (subnet-…)"));
/** An image that moves changes under a running service, and no rollback finds the old one again. */
const WORKER_IMAGE = looksLike(
  /(@sha256:[0-9a-f]{64}|:(?!latest$)[\w.-]+)$/,
  "an image with a digest, or a tag other than latest",
  "build container/Dockerfile, push it, and name what was pushed",
);

/** By the property's path; `*` stands for every member of a list or map. Lists are checked member by member. */
const REFERENCES: Readonly<Record<string, Shape>> = {
  imageId: looksLike(/^ami-\w+$/, "an image's id", "give a ChefImage's imageId, or another that begins with ami-"),
  instanceType: INSTANCE_TYPE,
  "mixedInstances.types.*.instanceType": INSTANCE_TYPE,
  subnetIds: SUBNETS,
  availabilityZones: neverEmpty(
    looksLike(/^[a-z]{2,4}-[a-z0-9-]*\d[a-z]$/, "one or more zones", "write them as eu-west-3a"),
  ),
  securityGroupIds: SECURITY_GROUP,
  "ingress.*.securityGroupIds": SECURITY_GROUP,
  keyName: looksLike(/^.{1,255}$/, "a key pair's name of 1 to 255 characters", "leave it out for no key pair"),
  targetGroupArns: arnOf("elasticloadbalancing", "targetgroup/.+", "target group"),
  "instance.managedPolicyArns": arnOf("iam", "policy/.+", "policy"),
  "instance.profileArn": arnOf("iam", "instance-profile/.+", "instance profile"),
  "instance.profileName": looksLike(/^[\w+=,.@-]{1,128}$/, "an instance profile's name", "give an ARN as profileArn"),
  "instance.volumes.*.kmsKeyArn": KMS_KEY,
  "instance.volumes.*.snapshotId": looksLike(/^snap-\w+$/, "a snapshot's id", "give an id that begins with snap-"),
  "instance.egress.*.securityGroupIds": SECURITY_GROUP,
  "instance.egress.*.prefixListIds": neverEmpty(
    looksLike(/^pl-\w+$/, "one or more prefix lists", "give their ids (pl-…)"),
  ),
  permissionsBoundary: arnOf("iam", "policy/.+", "policy"),
  "rootVolume.kmsKeyArn": KMS_KEY,
  "rollout.alarmNames": looksLike(/^(?!arn:).{1,255}$/, "names of alarms", "give their names, not their ARNs"),
  "notifications.topicArn": TOPIC,
  "notifications.moreTopicArns": TOPIC,
  "notifications.kmsKeyArn": KMS_KEY,
  "notifications.queue.arn": QUEUE,
  "notifications.queue.url": QUEUE_URL,
  "notifications.queue.deadLetterQueueArn": QUEUE,
  "notifications.queue.deadLetterQueueUrl": QUEUE_URL,
  "observation.alarms.actionArns": looksLike(/^arn:.+/, "ARNs of what is told", "name a topic, as arn:aws:sns:…"),
  "reaper.vpc.subnetIds": SUBNETS,
  "reaper.vpc.securityGroupIds": SECURITY_GROUP,
  "reaper.service.image": WORKER_IMAGE,
  "reaper.service.subnetIds": SUBNETS,
  "reaper.service.securityGroupIds": SECURITY_GROUP,
  "reaper.service.clusterArn": arnOf("ecs", "cluster/.+", "cluster"),
  "scaling.targets.*.metric.resourceLabel": looksLike(
    /^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/,
    "a load balancer and its target group",
    "write app/<load balancer>/<id>/targetgroup/<target group>/<id>, the ends of their ARNs",
  ),
};

/** Mistakes in the ids, ARNs and names of other things, as far as they are known now. */
export function referenceIssues(args: object): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  eachReference(args, (property, value, shape) => {
    if (!isHidden(value)) issues.push(...mistakesOf(property, value, shape));
    return value;
  });
  return issues;
}

/**
 * The arguments, with those that are unknown now arranged to be checked as soon as they are known, which is before
 * anything that uses them is created.
 *
 * @param subject what the arguments are for, named in the error
 */
export function checkedReferences<Args extends object>(args: Args, subject: string): Args {
  return eachReference(args, (property, value, shape) => {
    const checked = (one: unknown) => (isPlain(one) ? one : checkedLater(property, one, shape, subject));
    return Array.isArray(value) ? value.map(checked) : checked(value);
  });
}

function checkedLater(property: string, value: unknown, shape: Shape, subject: string): pulumi.Output<unknown> {
  return (pulumi.output(value) as pulumi.Output<unknown>).apply((known) => {
    raise(subject, mistakesOf(property, known, shape));
    return known;
  });
}

type Visit = (property: string, value: unknown, shape: Shape) => unknown;

function eachReference<Args extends object>(args: Args, visit: Visit): Args {
  return Object.entries(REFERENCES).reduce<unknown>(
    (changed, [path, shape]) =>
      changeAt(changed, path.split("."), "", (property, value) => visit(property, value, shape)),
    args,
  ) as Args;
}

/** A copy in which what stands at a path, if anything, is changed. */
function changeAt(
  value: unknown,
  [key, ...rest]: readonly string[],
  at: string,
  change: (property: string, value: unknown) => unknown,
): unknown {
  if (value === undefined) return undefined;
  if (key === undefined) return change(at, value);
  const inside = (name: string, member: unknown) => changeAt(member, rest, at ? `${at}.${name}` : name, change);
  if (key === "*" && Array.isArray(value)) return value.map((member, index) => inside(String(index), member));
  if (!isRecord(value) || pulumi.Output.isInstance(value)) return value;
  const names = key === "*" ? Object.keys(value) : [key];
  const changed = names.filter((name) => value[name] !== undefined).map((name) => [name, inside(name, value[name])]);
  return { ...value, ...Object.fromEntries(changed) };
}

/** Whether nothing of it is known now. */
function isHidden(value: unknown): boolean {
  if (!Array.isArray(value)) return !isPlain(value);
  return value.length > 0 && !value.some(isPlain);
}

function isPlain(value: unknown): boolean {
  return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}

function mistakesOf(property: string, value: unknown, shape: Shape): ValidationIssue[] {
  const { pattern, expected, fix } = shape;
  const members: unknown[] = Array.isArray(value) ? value.filter(isPlain) : [value];
  const wrong = members.filter((one) => typeof one !== "string" || !pattern.test(one));
  if (wrong.length === 0 && (members.length > 0 || !shape.neverEmpty)) return [];
  return [{ property, value: Array.isArray(value) ? wrong : value, expected, fix }];
}
