import { Secret } from "@pulumi/policy";

/** Stands for a value that is known only once something else is created. */
export const UNKNOWN = Symbol("unknown during preview");

export type Step = string | number;

/**
 * Reads one value of a resource. During a preview, the SDK throws when an unknown value is read, and the whole rule then becomes advisory,
 * whatever its enforcement level; so every rule reads values only through this module.
 *
 * @returns the value, `undefined` if there is none, `UNKNOWN` if it, or its parent, is still unknown
 */
export function read(from: unknown, ...path: readonly Step[]): unknown {
  let value = from;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return value === UNKNOWN ? UNKNOWN : undefined;
    value = touch(value, step);
  }
  return value ?? undefined;
}

function touch(holder: object, step: Step): unknown {
  const { stackTraceLimit } = Error;
  // The stack traces of these errors are not used, and there are many of them.
  Error.stackTraceLimit = 0;
  try {
    const value = Reflect.get(holder, step);
    return value instanceof Secret ? touch(value, "value") : value;
  } catch (error) {
    if (isUnknownValueError(error)) return UNKNOWN;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The SDK does not export the class; only this class has the field. */
function isUnknownValueError(error: unknown): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}

/** Whether a value is still unknown. */
export function isUnknown(from: unknown, ...path: readonly Step[]): boolean {
  return read(from, ...path) === UNKNOWN;
}

/** Whether any part of a value is still unknown. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).some((key) => hasUnknown(read(value, key)));
}

/** A known non-empty string. */
export function text(from: unknown, ...path: readonly Step[]): string | undefined {
  const value = read(from, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A known number; providers store some as strings. */
export function number(from: unknown, ...path: readonly Step[]): number | undefined {
  const value = read(from, ...path);
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** A known boolean; providers store some as strings. */
export function flag(from: unknown, ...path: readonly Step[]): boolean | undefined {
  const value = read(from, ...path);
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : undefined;
}

/** Members of a known list, each known or `UNKNOWN`; empty for an unknown or missing list. */
export function list(from: unknown, ...path: readonly Step[]): unknown[] {
  const value = read(from, ...path);
  return Array.isArray(value) ? Array.from({ length: value.length }, (_, index) => read(value, index)) : [];
}

/** Names and values of a known object, each known or `UNKNOWN`; empty for an unknown or missing object. */
export function entries(from: unknown, ...path: readonly Step[]): [string, unknown][] {
  const value = read(from, ...path);
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).map((key) => [key, read(value, key)]);
}

/** Whether a value is certainly missing, and not unknown. */
export function isAbsent(from: unknown, ...path: readonly Step[]): boolean {
  const value = read(from, ...path);
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** All known strings in a value, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => textsIn(read(value, key)));
}

/** The value of a JSON text; the provider refuses invalid JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Sets values in a known object, in place.
 *
 * @returns whether there was one
 */
export function assign(holder: unknown, values: Readonly<Record<string, unknown>>): boolean {
  if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return false;
  Object.assign(holder, values);
  return true;
}
