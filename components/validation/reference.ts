import type { ValidationIssue } from "./issues";
import { isLater } from "./outputs";

/** The syntax of a string that refers to something else, such as an ARN. */
export interface Reference {
  readonly pattern: RegExp;
  readonly expected: string;
  readonly fix: string;
  /** Whether an empty list is a mistake. @default false */
  readonly neverEmpty?: boolean;
}

/** Mistakes in a string, or in the members of a list, as far as they are known now. */
export function referenceIssues(
  { pattern, expected, fix, neverEmpty }: Reference,
  value: unknown,
  property: string,
): ValidationIssue[] {
  const members: unknown[] = (Array.isArray(value) ? value : [value]).filter((one) => !isLater(one));
  const wrong = members.filter((one) => typeof one !== "string" || !pattern.test(one));
  const isEmpty = Array.isArray(value) && value.length === 0;
  if (wrong.length === 0 && !(isEmpty && neverEmpty)) return [];
  return [{ property, value: Array.isArray(value) ? wrong : value, expected, fix }];
}
