import { shownValue } from "../../chef/key-material";

/** Parsed JSON, before validation. */
export type Fields = Readonly<Record<string, unknown>>;

export function matching(from: Fields, name: string, pattern: RegExp, expected: string, prefix = ""): string[] {
  const value = from[name];
  return typeof value === "string" && pattern.test(value) ? [] : [issue(prefix + name, value, expected)];
}

export function optional(from: Fields, name: string, type: "string" | "boolean" | "object", prefix = ""): string[] {
  const value = from[name];
  const right = value === undefined || (type === "object" ? isFields(value) : typeof value === type);
  return right ? [] : [issue(prefix + name, value, `a ${type} or nothing`)];
}

export function issue(setting: string, value: unknown, expected: string): string {
  const got = value === undefined ? "is missing" : `is ${shownValue(value)}`;
  return `'${setting}' ${got}, expected ${expected}`;
}

export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
