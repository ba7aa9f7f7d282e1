import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { didYouMean } from "../chef/did-you-mean";
import { inWords, type ValidationIssue } from "../components/validation/issues";
import { knownKeys } from "./known-keys";

type Issue = z.core.$ZodIssue;

/** What the configuration's type refuses, a line each. */
export function mistakesOf(error: z.ZodError, raw: unknown): ValidationIssue[] {
  return error.issues.flatMap((issue) => mistakesOfIssue(issue, valueAt(raw, issue.path)));
}

/** Keys of the project's own namespace that nobody reads. */
export function unreadKeys(namespace: string): ValidationIssue[] {
  const known = knownKeys([]);
  const own = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(`${namespace}:`));
  const keys = own.map((key) => key.slice(namespace.length + 1)).filter((key) => !known.includes(key));
  return keys.map((key) => unknownKey([], key));
}

function mistakesOfIssue(issue: Issue, value: unknown): ValidationIssue[] {
  const property = issue.path.join(".");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(issue.path, key));
    case "invalid_key": {
      const expected = issue.issues[0]?.message ?? "another name";
      return [{ property, value: issue.path.at(-1), expected, fix: "give it another name" }];
    }
    case "invalid_value": {
      const words = issue.values.map((one) => `'${String(one)}'`);
      const near = typeof value === "string" ? didYouMean(value, issue.values.map(String)) : undefined;
      return [
        {
          property,
          value: shown(value),
          expected: words.join(", ").replace(/, (?=[^,]*$)/, " or "),
          fix: near ?? setIt(),
        },
      ];
    }
    default:
      return [{ property, value: shown(value), expected: expectation(issue), fix: setIt() }];
  }
}

/** Keys that there were, and what says it now. */
const MOVED: Readonly<Record<string, string>> = {
  "bake.chefLicense": "say it as 'chef.license', which holds for the bake and for every instance",
};

function unknownKey(path: readonly PropertyKey[], key: string): ValidationIssue {
  const property = [...path, key].join(".");
  const fix = MOVED[property] ?? didYouMean(key, knownKeys(path)) ?? "docs/configuration.md lists them all";
  return { property, value: inWords("given"), expected: "no such key", fix };
}

/** Zod's names of types in words. */
const TYPES: Readonly<Record<string, string>> = {
  object: "an object",
  record: "an object with a name for each member",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function expectation(issue: Issue): string {
  const said = /^Invalid input: expected (\w+)/.exec(issue.message)?.[1];
  return said === undefined ? issue.message : (TYPES[said] ?? `a ${said}`);
}

/** Of what has members, its kind: the whole would hide the line that matters, and may hold a key pasted by mistake. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return inWords("a list");
  return typeof value === "object" && value !== null ? inWords("an object") : value;
}

function setIt(): string {
  return `set it in Pulumi.${pulumi.getStack()}.yaml`;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw);
}
