/** A value as it travels between a program, an engine and a provider: JSON, plus markers for the unknown, secrets and assets. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** The properties of one resource, or the arguments of one invoke. */
export type Properties = { [key: string]: Value };

/** Stands for a value that a preview cannot know. It is the marker of Pulumi's own wire format. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key under which Pulumi's wire format says what a marked object is. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Tells whether the value is an object, not a list and not null. */
export function isObject(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tells whether an unknown stands anywhere in the value. */
export function containsUnknown(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isObject(value)) return Object.values(value).some(containsUnknown);
  return value === UNKNOWN;
}

/** Deep equality; a key that is absent equals a key that holds null, as in Pulumi's own comparison. */
export function equal(left: Value | undefined, right: Value | undefined): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (isObject(left) && isObject(right)) return changedKeys(left, right).length === 0;
  return (left ?? null) === (right ?? null);
}

/** The top-level keys in which two sets of properties differ; Pulumi's internal keys (`__…`) do not count. */
export function changedKeys(left: Properties, right: Properties): string[] {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].filter((key) => !key.startsWith("__") && !equal(left[key], right[key])).sort();
}
