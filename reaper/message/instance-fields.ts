import type { JsonRecord } from "../../chef/json";
import { isGroupName, isInstanceId, quote } from "../../chef/names";
import type { LifecycleAction } from "./reading";

/** The group and instance that a document names, or why they cannot be used. */
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

/** The hook's pending action, or undefined where its name or token is missing. */
export function actionOf(document: JsonRecord, group: string, instanceId: string): LifecycleAction | undefined {
  const [hookName, token] = [textOf(document.LifecycleHookName), textOf(document.LifecycleActionToken)];
  return hookName !== undefined && token !== undefined ? { group, instanceId, hookName, token } : undefined;
}

/** Auto Scaling's first year. What claims to be older is no time: it would make an instance that may still register long gone. */
const EARLIEST = Date.UTC(2009);

/** A time in ISO 8601 as milliseconds since 1970, or undefined where it is none. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return time >= EARLIEST ? time : undefined;
}

/** The text, or undefined where it is none or empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A value as a reason shows it. Never throws, as String() does over an object with a `toString` of its own. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    return quote(value);
  }
  return value === undefined ? "(missing)" : `(a ${typeof value})`;
}
