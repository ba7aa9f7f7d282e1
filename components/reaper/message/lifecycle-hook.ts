import type { JsonRecord } from "../../chef/json";
import { actionOf, instanceFields, shown, timeOf } from "./instance-fields";
import { ignored, type Reading, rejected } from "./reading";

const TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";
const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";

/** Reads a lifecycle hook's message, the document with `LifecycleTransition`. @param time when, and @param region where, if another layer says so */
export function readHook(document: JsonRecord, time?: number, region?: string): Reading {
  if (document.LifecycleTransition === LAUNCHING) {
    return ignored("a launch hook");
  }
  if (document.LifecycleTransition !== TERMINATING) {
    return rejected(`the lifecycle transition ${shown(document.LifecycleTransition)} is not known`);
  }
  const fields = instanceFields(document);
  if ("mistake" in fields) {
    return rejected(fields.mistake);
  }
  const action = actionOf(document, fields.group, fields.instanceId);
  if (action === undefined) {
    return rejected("LifecycleHookName or LifecycleActionToken is missing");
  }
  if (document.Destination === "WarmPool") {
    return { ...ignored("a move into the warm pool"), action };
  }
  return { kind: "termination", ...fields, action, time: time ?? timeOf(document.Time), region };
}
