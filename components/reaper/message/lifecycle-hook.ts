import type { JsonRecord } from "../../chef/json";
import { actionOf, instanceFields, shown, textOf, timeOf } from "./instance-fields";
import { ignored, type Origin, type Reading, rejected } from "./reading";

const TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";
const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";

/**
 * Reads a lifecycle hook's message, the document with `LifecycleTransition`.
 * @param around what the layer around it says. @default the message's own time and account, for it names no region
 */
export function readHook(document: JsonRecord, around?: Origin): Reading {
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
  const origin = around ?? { time: timeOf(document.Time), region: undefined, account: textOf(document.AccountId) };
  return { kind: "termination", ...fields, action, ...origin };
}
