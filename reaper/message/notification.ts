import type { JsonRecord } from "../../chef/json";
import { isInstanceId, quote } from "../../chef/names";
import { NOTIFIED, TEST_NOTIFICATION } from "../../contract/auto-scaling-events";
import { agreedOn, type Claims } from "./claims";
import { instanceFields, timeOf } from "./instance-fields";
import { ignored, ofFailedLaunch, type Reading, rejected } from "./reading";

/**
 * Reads an Auto Scaling notification, the document with `Event`. StatusCode is ignored: it says InProgress even when all is done.
 *
 * @param around claims of the layers around it
 */
export function readNotification(document: JsonRecord, around: Claims): Reading {
  switch (document.Event) {
    case NOTIFIED.terminate:
      return readTermination(document, around);
    case TEST_NOTIFICATION:
      return ignored("a test notification");
    case NOTIFIED.launch:
      return ignored("a launch");
    case NOTIFIED.launchError:
      return readFailedLaunch(document, around);
    case NOTIFIED.terminateError:
      return failed(document);
    default:
      return rejected(`the event ${quote(String(document.Event))} is not known`);
  }
}

/** An instance whose launch was abandoned has usually registered. If EC2 had no capacity, there was no instance. */
function readFailedLaunch(document: JsonRecord, around: Claims): Reading {
  if (!isInstanceId(document.EC2InstanceId)) return failed(document);
  return ofFailedLaunch(readTermination(document, around));
}

function failed(document: JsonRecord): Reading {
  return ignored(`Auto Scaling reports ${document.Event}: ${said(document)}`, "warn");
}

function readTermination(document: JsonRecord, around: Claims): Reading {
  const agreed = agreedOn(around, document);
  if (agreed.kind === "rejected") {
    return agreed;
  }
  if (document.Destination === "WarmPool") {
    return ignored("a move into the warm pool");
  }
  const fields = instanceFields(document);
  if ("issue" in fields) {
    return rejected(fields.issue);
  }
  const time = timeOf(document.EndTime) ?? timeOf(document.Time);
  const { region, account } = agreed;
  return { kind: "termination", ...fields, time, region, account };
}

function said(document: JsonRecord): string {
  const text = document.StatusMessage || document.Cause || document.Description;
  return typeof text === "string" ? quote(text) : "no message";
}
