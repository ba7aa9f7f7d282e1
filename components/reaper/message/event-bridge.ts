import { isRecord, type JsonRecord } from "../../chef/json";
import { quote } from "../../chef/names";
import { instanceFields, textOf, timeOf } from "./instance-fields";
import { readHook } from "./lifecycle-hook";
import { ignored, type Origin, type Reading, rejected } from "./reading";

/** Reads an event of EventBridge, the document with `detail-type`. */
export function readEvent(document: JsonRecord): Reading {
  const type = document["detail-type"];
  if (document.source !== "aws.autoscaling" || !isRecord(document.detail)) {
    return rejected(`the event ${quote(String(type))} is not from Auto Scaling`);
  }
  const origin = { time: timeOf(document.time), region: textOf(document.region), account: textOf(document.account) };
  switch (type) {
    case "EC2 Instance Terminate Successful":
      return readTermination(document.detail, origin);
    case "EC2 Instance-terminate Lifecycle Action":
      return readHook(document.detail, origin);
    case "EC2 Instance Launch Successful":
    case "EC2 Instance-launch Lifecycle Action":
      return ignored("a launch");
    case "EC2 Instance Launch Unsuccessful":
    case "EC2 Instance Terminate Unsuccessful":
      return ignored(`Auto Scaling reports ${quote(type)}`, "warn");
    default:
      return rejected(`the event ${quote(String(type))} is not known`);
  }
}

function readTermination(detail: JsonRecord, origin: Origin): Reading {
  if (detail.Destination === "WarmPool") {
    return ignored("a move into the warm pool");
  }
  const fields = instanceFields(detail);
  return "mistake" in fields ? rejected(fields.mistake) : { kind: "termination", ...fields, ...origin };
}
