import { quote } from "../../chef/names";
import { isRecord, type JsonRecord } from "../../common/json";
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
  const told = { around: allClaims(around, eventClaims(document)), time: timeOf(document.time), prefix: "detail." };
  switch (type) {
    case "EC2 Instance Terminate Successful":
      return readTermination(document.detail, told);
    case "EC2 Instance-terminate Lifecycle Action":
      return readHook(document.detail, told.around, told.time);
    case "EC2 Instance Launch Successful":
    case "EC2 Instance-launch Lifecycle Action":
      return ignored("a launch");
    case "EC2 Instance Launch Unsuccessful":
      return readFailedLaunch(document.detail, told, failed(type));
    case "EC2 Instance Terminate Unsuccessful":
      return failed(type);
    default:
      return rejected(`the event ${quote(String(type))} is not known`);
  }
}

function failed(type: string): Reading {
  return ignored(`Auto Scaling reports ${quote(type)}`, "warn");
}
