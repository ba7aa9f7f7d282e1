import type * as pulumi from "@pulumi/pulumi";
import { didYouMean } from "../../chef/did-you-mean";
import { inWords, type ValidationIssue } from "./issues";
import { isLater, laterPaths } from "./outputs";

/** What an argument takes. */
export interface Kind {
  /** In words, after "expected". */
  readonly expected: string;
  /** Whether it may be known only once something else has been made. */
  readonly late: boolean;
  readonly needed?: boolean;
  /** Whether a value that is known now is of this kind, without its members. */
  fits(value: unknown): boolean;
  /** What is wrong inside of a value that fits. */
  inside?(value: unknown, path: string): ValidationIssue[];
}

type LateKind = Kind & { readonly late: true };
type KeysOf<T> = T extends unknown ? Extract<keyof T, string> : never;
type MemberOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;
type KindOf<V> = [Extract<V, pulumi.Output<unknown>>] extends [never] ? Kind : LateKind;

/**
 * A kind for each member of a type, of each of its variants. The compiler sees that none is missing, none too many, and that
 * what the type lets be an Output is not refused as one.
 */
export type ShapeOf<T> = { readonly [K in KeysOf<T>]-?: KindOf<MemberOf<T, K>> };

type Shape = Readonly<Record<string, Kind>>;

function leaf(expected: string, fits: (value: unknown) => boolean): Kind {
  return { expected, late: false, fits, inside: knownInside };
}

/** What must be known at preview must be known in all its parts. */
function knownInside(value: unknown, path: string): ValidationIssue[] {
  return laterPaths(value).map((inner) => tooLate(inner === "" ? path : `${path}.${inner}`));
}

export const text = leaf("a text", (value) => typeof value === "string");
export const number = leaf("a number", (value) => typeof value === "number");
export const flag = leaf("true or false", (value) => typeof value === "boolean");
export const texts = leaf(
  "a list of texts",
  (value) => Array.isArray(value) && value.every((one) => isLater(one) || typeof one === "string"),
);
export const numbers = leaf(
  "a list of numbers",
  (value) => Array.isArray(value) && value.every((one) => isLater(one) || typeof one === "number"),
);
export const plainObject = leaf("an object", isObject);
/** An object whose members are others' to judge, and may be known later; that they are no keys is seen elsewhere. */
export const record: Kind = { ...plainObject, inside: undefined };
/** Something whose parts are others' to judge, such as a resource or a policy's statements. */
export const anything = late({ ...leaf("a value", (value) => value !== null), inside: undefined });

/** May be an Output, wholly or in parts. */
export function late(kind: Kind): LateKind {
  return { ...kind, late: true, inside: undefined };
}

export function needed<K extends Kind>(kind: K): K & { readonly needed: true } {
  return { ...kind, needed: true };
}

/** One of some words. */
export function oneOf(...words: readonly (string | number)[]): Kind {
  const fits = (value: unknown) => words.includes(value as string);
  return leaf(words.map((word) => (typeof word === "string" ? `'${word}'` : word)).join(", "), fits);
}

/** An object of named members. @param shape `{…} satisfies ShapeOf<Type>` */
export function object(shape: Shape): Kind {
  const expected = `an object {${Object.keys(shape).join(", ")}}`;
  return {
    expected,
    late: false,
    fits: isObject,
    inside: (value, path) => shapeIssues(value as object, shape, path),
  };
}

export function listOf(member: Kind): Kind {
  const inside = (value: unknown, path: string) =>
    (value as unknown[]).flatMap((one, index) => kindIssues(one, needed(member), `${path}.${index}`));
  return { expected: `a list, each ${member.expected}`, late: false, fits: Array.isArray, inside };
}

/** An object whose members have names of the user's own. */
export function mapOf(member: Kind): Kind {
  const inside = (value: unknown, path: string) =>
    Object.entries(value as object).flatMap(([name, one]) => kindIssues(one, needed(member), `${path}.${name}`));
  return { expected: "an object with a name for each member", late: false, fits: isObject, inside };
}

export function orFalse(kind: Kind): Kind {
  const inside = (value: unknown, path: string) => (value === false ? [] : (kind.inside?.(value, path) ?? []));
  return {
    ...kind,
    expected: `false, or ${kind.expected}`,
    fits: (value) => value === false || kind.fits(value),
    inside,
  };
}

/**
 * What is wrong with the names and kinds of arguments, as far as no compiler has said it: programs in JavaScript, and values
 * that were cast. Values are not judged.
 */
export function shapeIssues(args: unknown, shape: Shape, path = ""): ValidationIssue[] {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  if (!isObject(args)) {
    const expected = `an object {${Object.keys(shape).join(", ")}}`;
    return [
      { property: path === "" ? "arguments" : path, value: args, expected, fix: "write the arguments as an object" },
    ];
  }
  const given = args as Readonly<Record<string, unknown>>;
  const known = Object.entries(shape).flatMap(([name, kind]) => kindIssues(given[name], kind, at(name)));
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(shape, name) && given[name] !== undefined);
  return [...known, ...unknown.map((name) => unknownArgument(at(name), name, Object.keys(shape)))];
}

function kindIssues(value: unknown, kind: Kind, property: string): ValidationIssue[] {
  const { expected, needed = false } = kind;
  if (value === undefined) {
    return needed ? [{ property, value, expected, fix: "it has no default, so give it a value" }] : [];
  }
  if (isLater(value)) return kind.late ? [] : [tooLate(property)];
  if (!kind.fits(value)) return [{ property, value, expected, fix: "correct it" }];
  return kind.inside?.(value, property) ?? [];
}

function tooLate(property: string): ValidationIssue {
  const expected = "a value that is known when the program runs, as previews and policies rely on it";
  const fix = "take it from configuration, or await it, as StackReference.getOutputDetails does";
  return { property, value: inWords("known only later"), expected, fix };
}

/** What is expected where nobody knows a name. */
export const UNKNOWN = "no argument of this name";

/** The value is not shown: nobody knows what it is. */
function unknownArgument(property: string, name: string, known: readonly string[]): ValidationIssue {
  const fix = didYouMean(name, known) ?? (known.length > 12 ? "leave it out" : `known are ${known.join(", ")}`);
  return { property, value: inWords("given"), expected: UNKNOWN, fix };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
