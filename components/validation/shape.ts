import * as pulumi from "@pulumi/pulumi";
import { didYouMean } from "../../common/did-you-mean";
import { inWords, type ValidationIssue } from "./issues";
import { isLater, isPlain, laterPaths, membersOf } from "./outputs";
import { type Reference, referenceIssues } from "./reference";

/** What an argument accepts. */
export interface Kind {
  /** Description, after "expected". */
  readonly expected: string;
  /** Whether it may be known only once something else was created. */
  readonly late: boolean;
  readonly needed?: boolean;
  /** What to do about a value of another kind. @default "correct it" */
  readonly fix?: string;
  /** The allowed values, if there is a fixed set. */
  readonly words?: readonly string[];
  /** For an object with named members. */
  readonly members?: Shape;
  /** For each member of a list or a map. */
  readonly member?: Kind;
  readonly isList?: boolean;
  /** What its string, or each string of a list, refers to. */
  readonly reference?: Reference;
  /** Whether a value of the wrong type may be a secret, so messages must not repeat it. */
  readonly hidden?: boolean;
  /** Whether only a program can set it, because no text file can contain such a value. */
  readonly inProgram?: boolean;
  /** Whether a known value is of this kind, without looking at its members. */
  fits(value: unknown): boolean;
  /** Mistakes inside a value of this kind. */
  inside?(value: unknown, path: string): ValidationIssue[];
}

type LateKind = Kind & { readonly late: true };
type KeysOf<T> = T extends unknown ? Extract<keyof T, string> : never;
type MemberOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;
type KindOf<V> = [Extract<V, pulumi.Output<unknown>>] extends [never] ? Kind : LateKind;

/**
 * A kind for each member of a type, and of each of its variants. The compiler checks that none is missing or extra, and that what the type
 * allows to be an Output is not refused as one.
 */
export type ShapeOf<T> = { readonly [K in KeysOf<T>]-?: KindOf<MemberOf<T, K>> };

export type Shape = Readonly<Record<string, Kind>>;

function leaf(expected: string, fits: (value: unknown) => boolean): Kind {
  return { expected, late: false, fits, inside: knownInside };
}

/** What must be known at preview must be known in all its parts. */
function knownInside(value: unknown, path: string): ValidationIssue[] {
  return laterPaths(value).map((inner) => tooLate(inner === "" ? path : `${path}.${inner}`));
}

/** A non-empty string. */
export const text = leaf("a string", (value) => typeof value === "string" && value !== "");
/** A string that may be empty, such as a tag's value. */
export const anyText = leaf("a string", (value) => typeof value === "string");
export const number = leaf("a number", Number.isFinite);
export const count = leaf("a whole number, 0 or more", isCount);
export const flag = leaf("true or false", (value) => typeof value === "boolean");
export const texts = leaf("a list of strings", (value) => isListOf(value, text));
export const someTexts = leaf("a list of at least one string", (value) => isListOf(value, text) && value.length > 0);
export const counts = leaf("a list of whole numbers", (value) => isListOf(value, count));
/** @see https://www.pulumi.com/docs/iac/concepts/assets-archives/ */
export const archive = {
  ...late(leaf("a Pulumi archive", (value) => pulumi.asset.Archive.isInstance(value))),
  inProgram: true,
};
export const plainObject = leaf("an object", isObject);
/** An object of values that JSON can express, at any depth; it may contain Outputs. */
export const jsonObject: LateKind = { ...late(plainObject), inside: jsonIssues };
/** A value whose parts are checked elsewhere, such as a resource or a policy statement. */
export const anything = late({ ...leaf("a value", (value) => value !== null), inside: undefined });

/** May be an Output, as a whole or in parts. */
export function late(kind: Kind): LateKind {
  const { reference } = kind;
  return { ...kind, late: true, inside: reference && ((value, path) => referenceIssues(reference, value, path)) };
}

/** A string that refers to something else. */
export function reference(to: Reference): Kind {
  const kind = leaf("a string", (value) => typeof value === "string");
  const inside = (value: unknown, path: string) => referenceIssues(to, value, path);
  return { ...kind, reference: to, inside };
}

/** A list of strings that each refer to something else. */
export function references(to: Reference): Kind {
  const kind = leaf("a list of strings", (value) => isListOf(value, anyText));
  const inside = (value: unknown, path: string) => [...knownInside(value, path), ...referenceIssues(to, value, path)];
  return { ...kind, reference: to, inside };
}

export function needed<K extends Kind>(kind: K): K & { readonly needed: true } {
  return { ...kind, needed: true };
}

/** One of a fixed set of values. */
export function oneOf(...words: readonly (string | number)[]): Kind {
  const fits = (value: unknown) => words.includes(value as string);
  const quoted = words.map((word) => (typeof word === "string" ? `'${word}'` : word)).join(", ");
  return { ...leaf(quoted.replace(/, (?=[^,]*$)/, " or "), fits), words: words.map(String) };
}

/**
 * An object with named members.
 *
 * @param shape `{…} satisfies ShapeOf<Type>`
 */
export function object(shape: Shape): Kind {
  const expected = `an object {${Object.keys(shape).join(", ")}}`;
  return {
    expected,
    late: false,
    members: shape,
    fits: isObject,
    inside: (value, path) => shapeIssues(value as object, shape, path),
  };
}

/** A shape without some of its members. */
export function without<S extends Shape, Name extends keyof S>(shape: S, ...names: readonly Name[]): Omit<S, Name> {
  const kept = Object.entries(shape).filter(([name]) => !names.includes(name as Name));
  return Object.fromEntries(kept) as Omit<S, Name>;
}

export function listOf(member: Kind): Kind {
  const inside = (value: unknown, path: string) =>
    (value as unknown[]).flatMap((one, index) => kindIssues(one, needed(member), `${path}.${index}`));
  return {
    expected: `a list, each ${member.expected}`,
    late: false,
    member,
    isList: true,
    fits: Array.isArray,
    inside,
  };
}

/** A single value, or a list of values. */
export function oneOrSeveral(one: Kind): Kind {
  const several = listOf(one);
  return {
    ...one,
    expected: `${one.expected}, or a list of these`,
    member: one,
    isList: true,
    fits: (value) => one.fits(value) || several.fits(value),
    inside: (value, path) => (Array.isArray(value) ? several : one).inside?.(value, path) ?? [],
  };
}

/**
 * An object whose members have names chosen by the user.
 *
 * @param names kind of the names. @default anything
 */
export function mapOf(member: Kind, names?: Kind): Kind {
  const inside = (value: unknown, path: string) =>
    Object.entries(value as object).flatMap(([name, one]) => [
      ...(names ? kindIssues(name, names, `${path}.${name}`) : []),
      ...kindIssues(one, needed(member), `${path}.${name}`),
    ]);
  return { expected: "an object whose keys are names", late: false, member, fits: isObject, inside };
}

/**
 * A string that matches a pattern.
 *
 * @param fix what to do about one that does not match
 */
export function matching(form: RegExp, expected: string, fix?: string): Kind {
  return { ...leaf(expected, (value) => typeof value === "string" && form.test(value)), fix };
}

/**
 * A number within limits.
 *
 * @param fix what to do about one outside
 */
export function within(min: number, max: number, fix?: string): Kind {
  const fits = (value: unknown) => Number.isFinite(value) && Number(value) >= min && Number(value) <= max;
  return { ...leaf(`${min} to ${max}`, fits), fix };
}

/**
 * A whole number within limits.
 *
 * @param fix what to do about one outside
 */
export function between(min: number, max: number, unit: string, fix?: string): Kind {
  const expected = `${max === Number.POSITIVE_INFINITY ? `${min} or more` : `${min} to ${max}`} ${unit}`.trim();
  return { ...leaf(expected, (value) => isCount(value) && Number(value) >= min && Number(value) <= max), fix };
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
 * Mistakes in the names and kinds of arguments that no compiler has found: in JavaScript programs, and in values that were cast. Values are
 * not checked.
 */
export function shapeIssues(args: unknown, shape: Shape, path = ""): ValidationIssue[] {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  if (!isObject(args)) {
    const expected = `an object {${Object.keys(shape).join(", ")}}`;
    return [
      {
        property: path === "" ? "arguments" : path,
        value: args,
        expected,
        fix: "write the arguments as an object",
        shape: { refuses: "kind" },
      },
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
    const fix = "it has no default, so set a value";
    return needed ? [{ property, value, expected, fix, shape: { refuses: "missing" } }] : [];
  }
  if (isLater(value)) return kind.late ? [] : [tooLate(property)];
  if (!kind.fits(value)) return [ofAnotherKind(property, value, kind)];
  return kind.inside?.(value, property) ?? [];
}

function tooLate(property: string): ValidationIssue {
  const expected = "a value that is known when the program runs, since previews and policies rely on it";
  const fix = "read it from the configuration, or await it, for example with StackReference.getOutputDetails";
  return { property, value: inWords("known only later"), expected, fix };
}

function ofAnotherKind(property: string, given: unknown, { expected, words, fix, hidden }: Kind): ValidationIssue {
  const value = hidden ? inWords("set, and not shown") : given;
  const near = words && typeof given === "string" ? didYouMean(given, words) : undefined;
  const advice = near ?? fix;
  return { property, value, expected, fix: advice ?? "correct it", shape: { refuses: "kind", advice } };
}

/** The value is not shown, since its meaning is unknown. */
function unknownArgument(property: string, name: string, known: readonly string[]): ValidationIssue {
  const advice = didYouMean(name, known);
  const fix = advice ?? (known.length > 12 ? "leave it out" : `known are ${known.join(", ")}`);
  const shape = { refuses: "name", advice } as const;
  return { property, value: inWords("given"), expected: "no argument of this name", fix, shape };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON drops other values, turns them into `{}` or `null`, or throws. */
function jsonIssues(value: unknown, property: string): ValidationIssue[] {
  if (value === undefined || value === null || isLater(value) || Number.isFinite(value)) return [];
  if (["string", "boolean"].includes(typeof value) || Object.hasOwn(Object(value).constructor.prototype, "toJSON"))
    return [];
  if (isPlain(value)) return membersOf(value).flatMap(([name, one]) => jsonIssues(one, `${property}.${name}`));
  const fix = "write it as a string or a number, or remove it";
  return [{ property, value: inWords(`a ${typeof value}`), expected: "a value that JSON can express", fix }];
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isListOf(value: unknown, member: Kind): value is unknown[] {
  return Array.isArray(value) && value.every((one) => isLater(one) || member.fits(one));
}
