import { quote } from "../../chef/names";
import { isRecord, type JsonRecord } from "../../common/json";
import { NOTIFIED, TRANSITION } from "../../contract/auto-scaling-events";
import { allClaims, type Claims, eventClaims } from "./claims";
import { timeOf } from "./instance-fields";
import { readHook } from "./lifecycle-hook";
import { ignored, type Reading, rejected } from "./reading";
import { readFailedLaunch, readTermination } from "./termination";

/**
 * Reads an EventBridge event, the document with `detail-type`.
 *
 * @param around claims of the layers around it
 */
export function readEvent(document: JsonRecord, around: Claims): Reading {
  const type = document["detail-type"];
  if (document.source !== "aws.autoscaling" || !isRecord(document.detail)) {
    return rejected(`the event ${quote(String(type))} is not from Auto Scaling`);
  }
  const other = contradictionIn(type, document.detail);
  if (other !== undefined) {
    const said = `detail-type is ${quote(String(type))}, ${other}`;
    return rejected(`the message contradicts itself about what happened: ${said}`, "contradictory");
  }
  const envelope = { around: allClaims(around, eventClaims(document)), time: timeOf(document.time), prefix: "detail." };
  switch (type) {
    case "EC2 Instance Terminate Successful":
      return readTermination(document.detail, envelope);
    case "EC2 Instance-terminate Lifecycle Action":
      return readHook(document.detail, envelope.around, envelope.time);
    case "EC2 Instance Launch Successful":
    case "EC2 Instance-launch Lifecycle Action":
      return ignored("a launch");
    case "EC2 Instance Launch Unsuccessful":
      return readFailedLaunch(document.detail, envelope, failed(type));
    case "EC2 Instance Terminate Unsuccessful":
      return failed(type);
    default:
      return rejected(`the event ${quote(String(type))} is not known`);
  }
}

/** What a detail may say happened, where it says so at all: EventBridge's details have no `Event`. */
const EVENTS: Readonly<Record<string, JsonRecord>> = {
  "EC2 Instance Terminate Successful": { Event: NOTIFIED.terminate },
  "EC2 Instance-terminate Lifecycle Action": { LifecycleTransition: TRANSITION.terminating },
  "EC2 Instance Launch Unsuccessful": { Event: NOTIFIED.launchError },
};

/** The part of a detail that contradicts its type, for messages. */
function contradictionIn(type: unknown, detail: JsonRecord): string | undefined {
  const event = typeof type === "string" && Object.hasOwn(EVENTS, type) ? EVENTS[type] : undefined;
  for (const name of event === undefined ? [] : ["Event", "LifecycleTransition"]) {
    const value = detail[name];
    if (typeof value === "string" && value !== event?.[name]) return `detail.${name} ${quote(value)}`;
  }
  return undefined;
}

function failed(type: string): Reading {
  return ignored(`Auto Scaling reports ${quote(type)}`, "warn");
}
