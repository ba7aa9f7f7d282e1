import type { ValidationIssue } from "./issues";

/** What remains of the 64 characters of a role's or function's name after our longest suffix and Pulumi's random one. */
const LONGEST_NAME = 32;

/** A component's name is the prefix of the names of all its resources, so it must satisfy the strictest rules. */
export function componentNameIssues(name: string): ValidationIssue[] {
  if (/^[A-Za-z0-9_-]+$/.test(name) && name.length <= LONGEST_NAME) return [];
  const expected = `1 to ${LONGEST_NAME} letters, digits, dashes or underscores`;
  const fix = "choose a shorter or simpler name; roles and functions in AWS are named after it";
  return [{ property: "name", value: name, expected, fix }];
}
