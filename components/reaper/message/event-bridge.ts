import { isRecord, type JsonRecord } from "../../chef/json";
import { quote } from "../../chef/names";
import { agreedOn, allClaims, type Claims, eventClaims } from "./claims";
import { instanceFields, timeOf } from "./instance-fields";
import { readHook } from "./lifecycle-hook";
import { ignored, type Reading, rejected } from "./reading";

/** Reads an event of EventBridge, the document with `detail-type`. @param around what the layers around it claim */
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
    case "EC2 Instance Terminate Unsuccessful":
      return ignored(`Auto Scaling reports ${quote(type)}`, "warn");
    default:
      return rejected(`the event ${quote(String(type))} is not known`);
  }
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
  return "mistake" in fields ? rejected(fields.mistake) : { kind: "termination", ...fields, time, region, account };
}
