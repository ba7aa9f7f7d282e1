import type { ValidationIssue } from "./issues";

/** What is left of the 64 characters of a role's or a function's name after our longest ending and Pulumi's random one. */
const LONGEST_NAME = 32;

/** A component's name begins the names of everything it makes, so that it must fit the strictest of them. */
export function componentNameIssues(name: string): ValidationIssue[] {
  if (/^[A-Za-z0-9_-]+$/.test(name) && name.length <= LONGEST_NAME) return [];
  const expected = `1 to ${LONGEST_NAME} letters, digits, dashes or underscores`;
  const fix = "choose a shorter or plainer name; roles and functions in AWS are called by it";
  return [{ property: "name", value: name, expected, fix }];
}
