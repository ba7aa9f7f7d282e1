import { isRecord, type JsonRecord } from "../../chef/json";
import { isInstanceId, quote } from "../../chef/names";
import { agreedOn, allClaims, type Claims, eventClaims } from "./claims";
import { instanceFields, timeOf } from "./instance-fields";
import { readHook } from "./lifecycle-hook";
import { ignored, ofFailedLaunch, type Reading, rejected } from "./reading";

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
  const claims = allClaims(around, eventClaims(document));
  const time = timeOf(document.time);
  switch (type) {
    case "EC2 Instance Terminate Successful":
      return readTermination(document.detail, claims, time);
    case "EC2 Instance-terminate Lifecycle Action":
      return readHook(document.detail, claims, time);
    case "EC2 Instance Launch Successful":
    case "EC2 Instance-launch Lifecycle Action":
      return ignored("a launch");
    case "EC2 Instance Launch Unsuccessful":
      return readFailedLaunch(document.detail, claims, time);
    case "EC2 Instance Terminate Unsuccessful":
      return failed(type);
    default:
      return rejected(`the event ${quote(String(type))} is not known`);
  }
}

function readFailedLaunch(detail: JsonRecord, around: Claims, time: number | undefined): Reading {
  if (!isInstanceId(detail.EC2InstanceId)) return failed("EC2 Instance Launch Unsuccessful");
  return ofFailedLaunch(readTermination(detail, around, time));
}

function failed(type: string): Reading {
  return ignored(`Auto Scaling reports ${quote(type)}`, "warn");
}

function readTermination(detail: JsonRecord, around: Claims, time: number | undefined): Reading {
  const agreed = agreedOn(around, detail, "detail.");
  if (agreed.kind === "rejected") {
    return agreed;
  }
  if (detail.Destination === "WarmPool") {
    return ignored("a move into the warm pool");
  }
  const fields = instanceFields(detail);
  const { region, account } = agreed;
  return "issue" in fields ? rejected(fields.issue) : { kind: "termination", ...fields, time, region, account };
}
