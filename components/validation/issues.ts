import { NOT_SHOWN, shownValue } from "../../chef/key-material";
import { printable } from "../../chef/printable";
import { shownLater } from "./outputs";
import { runError } from "./run-error";

/** One mistake in the arguments: the property, its value, what was expected, and what to do. */
export interface ValidationIssue {
  readonly property: string;
  readonly value: unknown;
  readonly expected: string;
  readonly fix: string;
  /** The text after the property's name, in place of value, expectation and fix, if another room has worded it. */
  readonly says?: string;
  /** Set if the argument is missing, of the wrong kind, or unknown; otherwise its value is wrong. */
  readonly shape?: ShapeIssue;
}

export interface ShapeIssue {
  readonly refuses: "missing" | "kind" | "name";
  /** What to do, wherever the argument is written; without it, `fix` is general enough. */
  readonly advice?: string;
}

/** Reports a mistake in a property below one path. */
export type Report = (property: string, value: unknown, expected: string, fix: string) => ValidationIssue;

export function reportBelow(path: string): Report {
  return (property, value, expected, fix) => ({ property: `${path}.${property}`, value, expected, fix });
}

/** Many things may be wrong with one value. */
const LONGEST_SENTENCE = 8000;

/** A mistake as one sentence, without a key that may have been pasted. */
export function sentence({ property, value, expected, fix, says }: ValidationIssue): string {
  return printable(`'${property}' ${says ?? `is ${quoted(value)}, expected ${expected}; ${fix}`}`, LONGEST_SENTENCE);
}

/** Stands for a value that is described rather than shown. */
export function inWords(words: string): object {
  return { [IN_WORDS]: words };
}

const IN_WORDS = Symbol("in words");

/** Mistakes in values that were known only later, without the values: they may be secret, and an error is no secret. */
export function withoutValues(issues: readonly ValidationIssue[]): ValidationIssue[] {
  const hidden = inWords("known now, and not shown since it may be secret");
  return issues.map((issue) => (quoted(issue.value) === NOT_SHOWN ? issue : { ...issue, value: hidden }));
}

function quoted(value: unknown): string {
  const words = (value as { readonly [IN_WORDS]?: string } | undefined | null)?.[IN_WORDS];
  return words ?? shownValue(shownLater(value));
}

/**
 * Raises all mistakes together, as an error that Pulumi prints without a stack trace.
 *
 * @param subject what the arguments are for, named in the first line
 * @throws RunError if there is at least one
 */
export function raise(subject: string, issues: readonly ValidationIssue[]): void {
  const [only, ...others] = issues;
  if (!only) return;
  if (others.length === 0) refuse(subject, only);
  const lines = issues.map((issue) => `  - ${sentence(issue)}`);
  throw runError([`${printable(subject)} has ${issues.length} mistakes:`, ...lines].join("\n"));
}

/**
 * Raises one mistake.
 *
 * @throws RunError always
 */
export function refuse(subject: string, issue: ValidationIssue): never {
  throw runError(`${printable(subject)} has a mistake:\n  - ${sentence(issue)}`);
}
