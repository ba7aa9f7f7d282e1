import { isRecord, type JsonRecord, parseJson } from "../../chef/json";
import { quote } from "../../chef/names";
import { allClaims, type Claims, envelopeClaims } from "./claims";
import { readEvent } from "./event-bridge";
import { readHook } from "./lifecycle-hook";
import { readNotification } from "./notification";
import { type Reading, rejected } from "./reading";

/** SNS may wrap messages of EventBridge or Auto Scaling, and Lambda's record may wrap that; nothing creates more layers. */
const DEEPEST = 3;

/**
 * Understands every message that Auto Scaling is known to send, however it was delivered. Never throws.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
 */
export function readMessage(body: string): Reading {
  return readDocument(parseJson(body), 0, []);
}

/** @param around claims of the layers around the document */
function readDocument(document: unknown, depth: number, around: Claims): Reading {
  if (!isRecord(document)) {
    return rejected("the body is not a JSON object");
  }
  const kinds = kindsOf(document);
  if (kinds.length > 1) {
    return rejected(`the message contradicts itself about its kind: ${kinds.join(" and ")}`, "contradictory");
  }
  const inner = unwrapped(document);
  if (inner === undefined) {
    return readByShape(document, around);
  }
  const claims = allClaims(around, envelopeClaims(document));
  return depth < DEEPEST ? readDocument(inner, depth + 1, claims) : rejected("the body has too many nested envelopes");
}

/** AWS writes the fields of only one kind; of two kinds, one would be used and the other could contain anything. */
function kindsOf(document: JsonRecord): string[] {
  const { Sns, Type, Event, LifecycleTransition } = document;
  const kinds: readonly (readonly [string, boolean])[] = [
    ["Lambda's record", isRecord(Sns)],
    ["an SNS envelope", Type === "Notification" && "Message" in document],
    ["an EventBridge event", typeof document["detail-type"] === "string"],
    ["a notification", typeof Event === "string"],
    ["a lifecycle hook's message", typeof LifecycleTransition === "string"],
  ];
  return kinds.filter(([, isOne]) => isOne).map(([kind]) => kind);
}

/** The content of an SNS envelope, or of Lambda's record around one; undefined for anything else. */
function unwrapped(document: JsonRecord): unknown {
  if (isRecord(document.Sns)) {
    return document.Sns;
  }
  const enveloped = document.Type === "Notification" && "Message" in document;
  if (!enveloped) {
    return undefined;
  }
  return typeof document.Message === "string" ? (parseJson(document.Message) ?? null) : null;
}

function readByShape(document: JsonRecord, around: Claims): Reading {
  if (typeof document["detail-type"] === "string") {
    return readEvent(document, around);
  }
  if (typeof document.Event === "string") {
    return readNotification(document, around);
  }
  if (typeof document.LifecycleTransition === "string") {
    return readHook(document, around);
  }
  if (typeof document.Type === "string") {
    return rejected(`an SNS message of the type ${quote(document.Type)} is not a notification`);
  }
  return rejected("the body is neither a notification, nor a lifecycle hook's, nor an EventBridge event");
}
