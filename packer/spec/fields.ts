import { isRecord } from "../../chef/json";
import { shownValue } from "../../chef/key-material";

/** What came as JSON, before it is looked at. */
export type Fields = Readonly<Record<string, unknown>>;

export function matching(from: Fields, name: string, pattern: RegExp, expected: string, prefix = ""): string[] {
  const value = from[name];
  return typeof value === "string" && pattern.test(value) ? [] : [issue(prefix + name, value, expected)];
}

export function optional(from: Fields, name: string, type: "string" | "boolean" | "object", prefix = ""): string[] {
  const value = from[name];
  const right = value === undefined || (type === "object" ? isRecord(value) : typeof value === type);
  return right ? [] : [issue(prefix + name, value, `a ${type} or nothing`)];
}

export function issue(setting: string, value: unknown, expected: string): string {
  const got = value === undefined ? "is missing" : `is ${shownValue(value)}`;
  return `'${setting}' ${got}, expected ${expected}`;
}

export function fields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}
