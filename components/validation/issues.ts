import { shownValue } from "../../chef/key-material";
import { printable } from "../../chef/printable";
import { shownLater } from "./outputs";
import { runError } from "./run-error";

/** One thing wrong with the arguments: which property, what it got, what was expected, what to do. */
export interface ValidationIssue {
  readonly property: string;
  readonly value: unknown;
  readonly expected: string;
  readonly fix: string;
  /** What follows the property's name, in place of value, expectation and way out: another room has worded it. */
  readonly says?: string;
  /** Of an argument that is missing, of another kind, or not known; otherwise what it says is wrong. */
  readonly shape?: ShapeIssue;
}

export interface ShapeIssue {
  readonly refuses: "missing" | "kind" | "name";
  /** What to do wherever the argument is written; otherwise `fix` is general. */
  readonly advice?: string;
}

/** Makes a mistake of a property below one path. */
export type Report = (property: string, value: unknown, expected: string, fix: string) => ValidationIssue;

export function reportBelow(path: string): Report {
  return (property, value, expected, fix) => ({ property: `${path}.${property}`, value, expected, fix });
}

/** Many things may be wrong with one value. */
const LONGEST_SENTENCE = 8000;

/** A mistake in one sentence, without the key that may have been pasted where its place belongs. */
export function sentence({ property, value, expected, fix, says }: ValidationIssue): string {
  return printable(`'${property}' ${says ?? `is ${quoted(value)}, expected ${expected}; ${fix}`}`, LONGEST_SENTENCE);
}

/** Stands for a value that is told rather than shown. */
export function inWords(words: string): object {
  return { [IN_WORDS]: words };
}

const IN_WORDS = Symbol("in words");

function quoted(value: unknown): string {
  const words = (value as { readonly [IN_WORDS]?: string } | undefined | null)?.[IN_WORDS];
  return words ?? shownValue(shownLater(value));
}

/**
 * Raises all mistakes together in the form that Pulumi prints without a stack.
 *
 * @param subject what the arguments are for, named in the first line
 * @throws RunError where there is at least one
 */
export function raise(subject: string, issues: readonly ValidationIssue[]): void {
  const [only, ...others] = issues;
  if (!only) return;
  if (others.length === 0) refuse(subject, only);
  const lines = issues.map((issue) => `  - ${sentence(issue)}`);
  throw runError([`${printable(subject)} has ${issues.length} mistakes:`, ...lines].join("\n"));
}

/** Raises one mistake. @throws RunError always */
export function refuse(subject: string, issue: ValidationIssue): never {
  throw runError(`${printable(subject)} has a mistake:\n  - ${sentence(issue)}`);
}
