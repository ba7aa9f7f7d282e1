import { quote } from "../../chef/names";
import type { JsonRecord } from "../../common/json";
import { NOTIFIED, TEST_NOTIFICATION } from "../../contract/auto-scaling-events";
import type { Claims } from "./claims";
import { timeOf } from "./instance-fields";
import { ignored, type Reading, rejected } from "./reading";
import { readFailedLaunch, readTermination } from "./termination";

/**
 * Reads an Auto Scaling notification, the document with `Event`. StatusCode is ignored: it says InProgress even when all is done.
 *
 * @param around claims of the layers around it
 */
export function readNotification(document: JsonRecord, around: Claims): Reading {
  const envelope = { around, time: timeOf(document.EndTime) ?? timeOf(document.Time) };
  switch (document.Event) {
    case NOTIFIED.terminate:
      return readTermination(document, envelope);
    case TEST_NOTIFICATION:
      return ignored("a test notification");
    case NOTIFIED.launch:
      return ignored("a launch");
    case NOTIFIED.launchError:
      return readFailedLaunch(document, envelope, failed(document));
    case NOTIFIED.terminateError:
      return failed(document);
    default:
      return rejected(`the event ${quote(String(document.Event))} is not known`);
  }
}

function failed(document: JsonRecord): Reading {
  return ignored(`Auto Scaling reports ${document.Event}: ${explanationIn(document)}`, "warn");
}

function explanationIn(document: JsonRecord): string {
  const text = document.StatusMessage || document.Cause || document.Description;
  return typeof text === "string" ? quote(text) : "no message";
}
