import type { JsonRecord } from "../../chef/json";
import { TRANSITION } from "../../contract/auto-scaling-events";
import { agreedOn, type Claims } from "./claims";
import { actionOf, instanceFields, shown, timeOf } from "./instance-fields";
import { ignored, type Reading, rejected } from "./reading";

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
  const agreed = agreedOn(around, document);
  if (agreed.kind === "rejected") {
    return agreed;
  }
  const fields = instanceFields(document);
  if ("issue" in fields) {
    return rejected(fields.issue);
  }
  const action = actionOf(document, fields.group, fields.instanceId);
  if (action === undefined) {
    return rejected("LifecycleHookName or LifecycleActionToken is missing");
  }
  if (document.Destination === "WarmPool") {
    return { ...ignored("a move into the warm pool"), action };
  }
  const { region, account } = agreed;
  return { kind: "termination", ...fields, action, time, region, account };
}
