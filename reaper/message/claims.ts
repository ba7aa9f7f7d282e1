import { isInstanceId, quote } from "../../chef/names";
import { isRecord, type JsonRecord } from "../../common/json";
import { shown } from "./instance-fields";
import { type Rejected, rejected } from "./reading";

/** What one part of a message says about its origin. */
export interface Claim {
  readonly of: "partition" | "account" | "region" | "group" | "instance";
  readonly value: string;
  /** The part, for messages: `TopicArn`, `detail.EC2InstanceId`. */
  readonly by: string;
}

/** The claims of all parts, or why one of them cannot come from AWS. */
export type Claims = readonly Claim[] | Rejected;

/** The origin of a message, if all of its parts agree. */
export interface Agreed {
  readonly kind: "agreed";
  readonly region?: string;
  readonly account?: string;
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)$/;
const GROUP_RESOURCE = /^autoScalingGroup:[^:]*:autoScalingGroupName\/(.+)$/;

function isRejected(claims: Claims): claims is Rejected {
  return !Array.isArray(claims);
}

/** Combines claims; the first invalid one decides. */
export function allClaims(...places: readonly Claims[]): Claims {
  return places.find(isRejected) ?? places.flatMap((claims) => (isRejected(claims) ? [] : claims));
}

/** The claims of an SNS envelope's topic ARN, and of the subscription ARN in Lambda's record around it. */
export function envelopeClaims(envelope: JsonRecord): Claims {
  return allClaims(
    arnClaims("TopicArn", envelope.TopicArn, "sns"),
    arnClaims("EventSubscriptionArn", envelope.EventSubscriptionArn, "sns"),
  );
}

/** The claims of an EventBridge event: account, region, and the ARNs of its group and instance. */
export function eventClaims({ account, region, resources = [] }: JsonRecord): Claims {
  if (!Array.isArray(resources)) return rejected(`resources is ${shown(resources)}, not a list of ARNs`);
  const arns = resources.map((arn, index) => arnClaims(`resources[${index}]`, arn));
  return allClaims(accountClaim("account", account), textClaim("region", "region", region), ...arns);
}

/**
 * The origin of a notification, a hook's message or an event's detail, from all claims of it and the layers around it. If two parts
 * disagree, none is accepted: one of them was not written by AWS.
 *
 * @param around claims of the layers around it
 * @param prefix of the document's fields, for messages
 */
export function agreedOn(around: Claims, document: JsonRecord, prefix = ""): Agreed | Rejected {
  const claims = allClaims(around, documentClaims(document, prefix));
  return isRejected(claims) ? claims : agreement(claims, zoneIn(document.Details));
}

function documentClaims(document: JsonRecord, prefix: string): Claims {
  const { AccountId, AutoScalingGroupARN, AutoScalingGroupName, EC2InstanceId, Description } = document;
  return allClaims(
    accountClaim(`${prefix}AccountId`, AccountId),
    arnClaims(`${prefix}AutoScalingGroupARN`, AutoScalingGroupARN, "autoscaling"),
    textClaim("group", `${prefix}AutoScalingGroupName`, AutoScalingGroupName),
    textClaim("instance", `${prefix}EC2InstanceId`, EC2InstanceId),
    described(`${prefix}Description`, Description, EC2InstanceId),
  );
}

/** @param zone availability zone, which starts with its region's name */
function agreement(claims: readonly Claim[], zone: string | undefined): Agreed | Rejected {
  const first = new Map<Claim["of"], Claim>();
  for (const claim of claims) {
    const earlier = first.get(claim.of);
    if (earlier !== undefined && earlier.value !== claim.value) return contradiction(earlier, claim);
    first.set(claim.of, earlier ?? claim);
  }
  const region = first.get("region");
  if (region && zone !== undefined && !isZoneOf(region.value, zone)) {
    return contradiction(region, { of: "region", value: zone, by: "Availability Zone" });
  }
  return { kind: "agreed", region: region?.value, account: first.get("account")?.value };
}

/** `us-east-1a`, or a local zone, `us-east-1-bos-1a`; but not `us-east-10a`. */
function isZoneOf(region: string, zone: string): boolean {
  return zone.startsWith(region) && /^([a-z]|-[a-z0-9-]+)$/.test(zone.slice(region.length));
}

function contradiction(one: Claim, other: Claim): Rejected {
  const said = `${one.by} is ${quote(one.value)}, ${other.by} is ${quote(other.value)}`;
  return rejected(`the message contradicts itself about the ${one.of}: ${said}`, "contradictory");
}

/** The zone in a notification's details. */
function zoneIn(details: unknown): string | undefined {
  const zone = isRecord(details) ? details["Availability Zone"] : undefined;
  return typeof zone === "string" && zone !== "" ? zone : undefined;
}

function accountClaim(by: string, value: unknown): Claims {
  if (value === undefined) return [];
  if (typeof value !== "string" || !/^\d{12}$/.test(value)) return rejected(`${by} ${shown(value)} is not an account`);
  return [{ of: "account", value, by }];
}

function textClaim(of: Claim["of"], by: string, value: unknown): Claims {
  return typeof value === "string" && value !== "" ? [{ of, value, by }] : [];
}

/**
 * A missing value claims nothing; anything else must be an ARN.
 *
 * @param service to which it must belong
 */
function arnClaims(by: string, value: unknown, service?: string): Claims {
  if (value === undefined) return [];
  const text = typeof value === "string" ? value : "";
  const [, partition = "", of, region = "", account = "", resource = ""] = ARN.exec(text) ?? [];
  if (of === undefined || (service !== undefined && of !== service)) {
    return rejected(
      `${by} ${shown(value)} is not an ARN${service === undefined ? "" : ` of the service '${service}'`}`,
    );
  }
  const group = of === "autoscaling" ? GROUP_RESOURCE.exec(resource)?.[1] : undefined;
  if (of === "autoscaling" && group === undefined) return rejected(`${by} ${quote(text)} is not an ARN of a group`);
  const instance = of === "ec2" && resource.startsWith("instance/") ? resource.slice("instance/".length) : undefined;
  return [
    { of: "partition", value: partition, by },
    ...allText("region", region, by),
    ...allText("account", account, by),
    ...allText("group", group, by),
    ...allText("instance", instance, by),
  ];
}

function allText(of: Claim["of"], value: string | undefined, by: string): Claim[] {
  return value ? [{ of, value, by }] : [];
}

/** "Terminating EC2 instance: i-0123456789abcdef0": an instance that the text names, unless it also names the message's own. */
function described(by: string, value: unknown, own: unknown): Claims {
  const ids: readonly unknown[] = typeof value === "string" ? (value.match(/\bi-[0-9a-f]{8,17}\b/g) ?? []) : [];
  const [first] = ids.filter(isInstanceId);
  return first === undefined || ids.includes(own) ? [] : [{ of: "instance", value: first, by }];
}
