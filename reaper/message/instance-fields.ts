import { isGroupName, isInstanceId, quote } from "../../chef/names";
import type { JsonRecord } from "../../common/json";
import type { LifecycleAction } from "./reading";

/** The group and instance in a document, or why they cannot be used. */
export type InstanceFields = { readonly group: string; readonly instanceId: string } | { readonly issue: string };

export function instanceFields(document: JsonRecord): InstanceFields {
  const { AutoScalingGroupName: group, EC2InstanceId: instanceId } = document;
  if (!isGroupName(group)) {
    return { issue: `AutoScalingGroupName ${shown(group)} cannot be part of a Chef node name` };
  }
  if (!isInstanceId(instanceId)) {
    return { issue: `EC2InstanceId ${shown(instanceId)} is not an instance id` };
  }
  return { group, instanceId };
}

/** The hook's pending action, or undefined if its name or token is missing. */
export function actionOf(document: JsonRecord, group: string, instanceId: string): LifecycleAction | undefined {
  const [hookName, token] = [textOf(document.LifecycleHookName), textOf(document.LifecycleActionToken)];
  return hookName !== undefined && token !== undefined ? { group, instanceId, hookName, token } : undefined;
}

/** Auto Scaling's first year. An older time is not accepted: it would make an instance that may still register look long gone. */
const EARLIEST = Date.UTC(2009);

/** A time in ISO 8601 as milliseconds since 1970, or undefined if it is invalid. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return time >= EARLIEST ? time : undefined;
}

/** The string, or undefined if it is missing or empty. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A value as shown in a reason. Never throws, unlike String() for an object with its own `toString`. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    return quote(value);
  }
  return value === undefined ? "(missing)" : `(a ${typeof value})`;
}
