/** A value that is passed between program, engine and provider: JSON, with markers for unknown values, secrets and assets. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** The properties of one resource, or the arguments of an invoke. */
export type Properties = { [key: string]: Value };

/** Stands for a value that is unknown in a preview; the marker in Pulumi's wire format. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key with which Pulumi's wire format marks special objects. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Whether the value is an object, that is, neither a list nor null. */
export function isObject(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value contains an unknown value at any depth. */
export function containsUnknown(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isObject(value)) return Object.values(value).some(containsUnknown);
  return value === UNKNOWN;
}

/** Deep equality. As in Pulumi's comparison, a missing key equals a key with the value null. */
export function equal(left: Value | undefined, right: Value | undefined): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (isObject(left) && isObject(right)) return changedKeys(left, right).length === 0;
  return (left ?? null) === (right ?? null);
}

/** The top-level keys whose values differ, without Pulumi's internal keys (`__…`). */
export function changedKeys(left: Properties, right: Properties): string[] {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].filter((key) => !key.startsWith("__") && !equal(left[key], right[key])).sort();
}
