import type { JsonRecord } from "../../common/json";
import { TRANSITION } from "../../contract/auto-scaling-events";
import type { Claims } from "./claims";
import { actionOf, instanceFields, shown, timeOf } from "./instance-fields";
import { ignored, type Reading, rejected } from "./reading";
import { readTermination } from "./termination";

/**
 * Reads a lifecycle hook's message, the document with `LifecycleTransition`.
 *
 * @param around claims of the layers around it
 * @param time of the layer around it. @default the message's own
 */
export function readHook(document: JsonRecord, around: Claims, time = timeOf(document.Time)): Reading {
  if (document.LifecycleTransition === TRANSITION.launching) {
    return ignored("a launch hook");
  }
  if (document.LifecycleTransition !== TRANSITION.terminating) {
    return rejected(`the lifecycle transition ${shown(document.LifecycleTransition)} is not known`);
  }
  const reading = readTermination(document, { around, time });
  if (reading.kind === "rejected") return reading;
  const fields = instanceFields(document);
  if ("issue" in fields) return rejected(fields.issue);
  const action = actionOf(document, fields.group, fields.instanceId);
  return action ? { ...reading, action } : rejected("LifecycleHookName or LifecycleActionToken is missing");
}
