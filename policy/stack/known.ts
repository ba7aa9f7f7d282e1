import { Secret } from "@pulumi/policy";

/** Stands where a value will only be known once something else is created. */
export const UNKNOWN = Symbol("unknown during preview");

export type Step = string | number;

/**
 * Reads one value of a resource. During a preview the SDK throws at the touch of an unknown value, and the whole rule then
 * only advises, whatever its enforcement level; so every rule reads through this module and nowhere else.
 *
 * @returns the value, `undefined` where there is none, `UNKNOWN` where it, or what it would be in, is not known yet
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
  // Nobody reads the stack of what is thrown at an unknown value, and there are many of them.
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

/** The SDK does not export the class; this is the field that only it has. */
function isUnknownValueError(error: unknown): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}

/** Whether there is something that nobody knows yet. */
export function isUnknown(from: unknown, ...path: readonly Step[]): boolean {
  return read(from, ...path) === UNKNOWN;
}

/** Whether something in a value is not known yet, however deep. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).some((key) => hasUnknown(read(value, key)));
}

/** A known text that is not empty. */
export function text(from: unknown, ...path: readonly Step[]): string | undefined {
  const value = read(from, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A known number; providers keep some of them as text. */
export function number(from: unknown, ...path: readonly Step[]): number | undefined {
  const value = read(from, ...path);
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** A known truth value; providers keep some of them as text. */
export function flag(from: unknown, ...path: readonly Step[]): boolean | undefined {
  const value = read(from, ...path);
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : undefined;
}

/** Members of a known list, each known or `UNKNOWN`; none of an unknown or missing one. */
export function list(from: unknown, ...path: readonly Step[]): unknown[] {
  const value = read(from, ...path);
  return Array.isArray(value) ? Array.from({ length: value.length }, (_, index) => read(value, index)) : [];
}

/** Names and values of a known object, each known or `UNKNOWN`; none of an unknown or missing one. */
export function entries(from: unknown, ...path: readonly Step[]): [string, unknown][] {
  const value = read(from, ...path);
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).map((key) => [key, read(value, key)]);
}

/** Whether there is surely nothing: not there, and not unknown either. */
export function isAbsent(from: unknown, ...path: readonly Step[]): boolean {
  const value = read(from, ...path);
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** All known texts in a value, however deep. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => textsIn(read(value, key)));
}

/** A JSON text's value; one that is no JSON is the provider's to refuse. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sets values in a known object, in place. @returns whether there was one */
export function assign(holder: unknown, values: Readonly<Record<string, unknown>>): boolean {
  if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return false;
  Object.assign(holder, values);
  return true;
}
