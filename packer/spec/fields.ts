import { shownValue } from "../../chef/key-material";
import { isRecord } from "../../common/json";

/** Parsed JSON, before validation. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a setting, in words that follow its name. */
export interface SpecIssue {
  readonly property: string;
  readonly says: string;
}

export function matching(from: Fields, name: string, pattern: RegExp, expected: string, prefix = ""): SpecIssue[] {
  const value = from[name];
  return unless(typeof value === "string" && pattern.test(value), prefix + name, value, expected);
}

export function optional(from: Fields, name: string, type: "string" | "boolean" | "object", prefix = ""): SpecIssue[] {
  const value = from[name];
  const right = value === undefined || (type === "object" ? isRecord(value) : typeof value === type);
  return unless(right, prefix + name, value, `a ${type} or nothing`);
}

/** What is wrong with a setting, unless it is right. */
export function unless(isRight: boolean, property: string, value: unknown, expected: string): SpecIssue[] {
  const got = value === undefined ? "is missing" : `is ${shownValue(value)}`;
  return isRight ? [] : [{ property, says: `${got}, expected ${expected}` }];
}

/** Whether it is left out, or a whole number within bounds. */
export function isCount(value: unknown, least: number, most: number): boolean {
  return value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most);
}

export function fields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}
