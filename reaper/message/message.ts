import { quote } from "../../chef/names";
import { isRecord, type JsonRecord, parseJson } from "../../common/json";
import { allClaims, type Claims, envelopeClaims } from "./claims";
import { readEvent } from "./event-bridge";
import { readHook } from "./lifecycle-hook";
import { readNotification } from "./notification";
import { type Reading, rejected } from "./reading";
import { repeatedMember } from "./repeated-member";

/**
 * Maximum characters of a body. Auto Scaling's messages have a few thousand; to parse a megabyte of brackets, which SQS accepts, would take
 * a small function seconds, in which no other message of the batch is processed.
 */
const LONGEST = 64 * 1024;
/** SNS may wrap messages of EventBridge or Auto Scaling, and Lambda's record may wrap that; nothing creates more layers. */
const DEEPEST = 3;

/**
 * Understands every message that Auto Scaling is known to send, however it was delivered. Never throws.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
 */
export function readMessage(body: string): Reading {
  if (body.length > LONGEST)
    return rejected(`the body has ${body.length} characters, far more than Auto Scaling sends`);
  return readText(body, [], 0);
}

/** What a document may be. AWS writes what it is of one kind alone; of two, one would be believed and the other may name anything. */
const KINDS: readonly {
  readonly name: string;
  readonly isOne: (document: JsonRecord) => boolean;
  /** @param around claims of the layers around the document */
  readonly read: (document: JsonRecord, around: Claims, depth: number) => Reading;
}[] = [
  {
    name: "Lambda's record",
    isOne: ({ Sns }) => isRecord(Sns),
    read: (record, around, depth) =>
      readInside(record, around, depth, (claims, deeper) => readDocument(record.Sns, claims, deeper)),
  },
  {
    name: "an SNS envelope",
    isOne: (document) => document.Type === "Notification" && "Message" in document,
    read: (envelope, around, depth) =>
      readInside(envelope, around, depth, (claims, deeper) => readText(envelope.Message, claims, deeper)),
  },
  { name: "an EventBridge event", isOne: (document) => typeof document["detail-type"] === "string", read: readEvent },
  { name: "a notification", isOne: ({ Event }) => typeof Event === "string", read: readNotification },
  {
    name: "a lifecycle hook's message",
    isOne: ({ LifecycleTransition }) => typeof LifecycleTransition === "string",
    read: (document, around) => readHook(document, around),
  },
];

function readDocument(document: unknown, around: Claims, depth: number): Reading {
  if (!isRecord(document)) return rejected("the body is not a JSON object");
  const kinds = KINDS.filter(({ isOne }) => isOne(document));
  if (kinds.length > 1) {
    const names = kinds.map(({ name }) => name).join(" and ");
    return rejected(`the message contradicts itself about what it is: ${names}`, "contradictory");
  }
  return kinds[0]?.read(document, around, depth) ?? rejected(unknownKind(document));
}

function readInside(
  layer: JsonRecord,
  around: Claims,
  depth: number,
  readInner: (around: Claims, depth: number) => Reading,
): Reading {
  const claims = allClaims(around, envelopeClaims(layer));
  return depth < DEEPEST ? readInner(claims, depth + 1) : rejected("the body has too many nested envelopes");
}

function readText(text: unknown, around: Claims, depth: number): Reading {
  if (typeof text !== "string") return readDocument(undefined, around, depth);
  const document = parseJson(text);
  const twice = isRecord(document) ? repeatedMember(text) : undefined;
  return twice === undefined
    ? readDocument(document, around, depth)
    : rejected(`the message contradicts itself: ${quote(twice)} occurs twice in one object`, "contradictory");
}

function unknownKind({ Type }: JsonRecord): string {
  return typeof Type === "string"
    ? `an SNS message of the type ${quote(Type)} is no notification`
    : "the body is neither a notification, nor a lifecycle hook's, nor an EventBridge event";
}
