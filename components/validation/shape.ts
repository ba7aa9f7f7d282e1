import * as pulumi from "@pulumi/pulumi";
import { didYouMean } from "../../aws/did-you-mean";
import { inWords, type ValidationIssue } from "./issues";
import { isLater, isPlain, laterPaths, membersOf } from "./outputs";
import { type Reference, referenceIssues } from "./reference";

/** What an argument takes. */
export interface Kind {
  /** In words, after "expected". */
  readonly expected: string;
  /** Whether it may be known only once something else has been made. */
  readonly late: boolean;
  readonly needed?: boolean;
  /** What to do about a value of another kind. @default "correct it" */
  readonly fix?: string;
  /** The words that it may be, if it is one of some. */
  readonly words?: readonly string[];
  /** Of an object with named members. */
  readonly members?: Shape;
  /** Of a list's or a map's members, each. */
  readonly member?: Kind;
  readonly isList?: boolean;
  /** What its text, or each of a list's, names. */
  readonly reference?: Reference;
  /** Whether a value of another kind may be a secret, and is not repeated. */
  readonly hidden?: boolean;
  /** Whether only a program can give it, as no text file holds such a value. */
  readonly inProgram?: boolean;
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

export type Shape = Readonly<Record<string, Kind>>;

function leaf(expected: string, fits: (value: unknown) => boolean): Kind {
  return { expected, late: false, fits, inside: knownInside };
}

/** What must be known at preview must be known in all its parts. */
function knownInside(value: unknown, path: string): ValidationIssue[] {
  return laterPaths(value).map((inner) => tooLate(inner === "" ? path : `${path}.${inner}`));
}

/** A text that says something. */
export const text = leaf("a text", (value) => typeof value === "string" && value !== "");
/** A text that may say nothing, as a tag's value. */
export const anyText = leaf("a text", (value) => typeof value === "string");
export const number = leaf("a number", Number.isFinite);
export const count = leaf("a whole number, 0 or more", isCount);
export const flag = leaf("true or false", (value) => typeof value === "boolean");
export const texts = leaf("a list of texts", (value) => isListOf(value, text));
export const someTexts = leaf("a list of at least one text", (value) => isListOf(value, text) && value.length > 0);
export const counts = leaf("a list of whole numbers", (value) => isListOf(value, count));
/** @see https://www.pulumi.com/docs/iac/concepts/assets-archives/ */
export const archive = {
  ...late(leaf("an archive of Pulumi's", (value) => pulumi.asset.Archive.isInstance(value))),
  inProgram: true,
};
export const plainObject = leaf("an object", isObject);
/** An object of what JSON has, at any depth; Outputs may stand in it. */
export const jsonObject: LateKind = { ...late(plainObject), inside: jsonIssues };
/** Something whose parts are others' to judge, such as a resource or a policy's statements. */
export const anything = late({ ...leaf("a value", (value) => value !== null), inside: undefined });

/** May be an Output, wholly or in parts. */
export function late(kind: Kind): LateKind {
  const { reference } = kind;
  return { ...kind, late: true, inside: reference && ((value, path) => referenceIssues(reference, value, path)) };
}

/** A text that names something elsewhere. */
export function reference(to: Reference): Kind {
  const kind = leaf("a text", (value) => typeof value === "string");
  const inside = (value: unknown, path: string) => referenceIssues(to, value, path);
  return { ...kind, reference: to, inside };
}

/** A list of texts that name something elsewhere each. */
export function references(to: Reference): Kind {
  const kind = leaf("a list of texts", (value) => isListOf(value, anyText));
  const inside = (value: unknown, path: string) => [...knownInside(value, path), ...referenceIssues(to, value, path)];
  return { ...kind, reference: to, inside };
}

export function needed<K extends Kind>(kind: K): K & { readonly needed: true } {
  return { ...kind, needed: true };
}

/** One of some words. */
export function oneOf(...words: readonly (string | number)[]): Kind {
  const fits = (value: unknown) => words.includes(value as string);
  const quoted = words.map((word) => (typeof word === "string" ? `'${word}'` : word)).join(", ");
  return { ...leaf(quoted.replace(/, (?=[^,]*$)/, " or "), fits), words: words.map(String) };
}

/** An object of named members. @param shape `{…} satisfies ShapeOf<Type>` */
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

/** A shape that lacks some members. */
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

/** A value by itself, or a list of such. */
export function oneOrSeveral(one: Kind): Kind {
  const several = listOf(one);
  return {
    ...one,
    expected: `${one.expected}, or a list of such`,
    member: one,
    isList: true,
    fits: (value) => one.fits(value) || several.fits(value),
    inside: (value, path) => (Array.isArray(value) ? several : one).inside?.(value, path) ?? [],
  };
}

/** An object whose members have names of the user's own. @param names what those may be. @default anything */
export function mapOf(member: Kind, names?: Kind): Kind {
  const inside = (value: unknown, path: string) =>
    Object.entries(value as object).flatMap(([name, one]) => [
      ...(names ? kindIssues(name, names, `${path}.${name}`) : []),
      ...kindIssues(one, needed(member), `${path}.${name}`),
    ]);
  return { expected: "an object with a name for each member", late: false, member, fits: isObject, inside };
}

/** A text of a form. @param fix what to do about one of another */
export function matching(form: RegExp, expected: string, fix?: string): Kind {
  return { ...leaf(expected, (value) => typeof value === "string" && form.test(value)), fix };
}

/** A number within bounds. @param fix what to do about one outside */
export function within(min: number, max: number, fix?: string): Kind {
  const fits = (value: unknown) => Number.isFinite(value) && Number(value) >= min && Number(value) <= max;
  return { ...leaf(`${min} to ${max}`, fits), fix };
}

/** A whole number within bounds. @param fix what to do about one outside */
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
 * What is wrong with the names and kinds of arguments, as far as no compiler has said it: programs in JavaScript, and values
 * that were cast. Values are not judged.
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
    const fix = "it has no default, so give it a value";
    return needed ? [{ property, value, expected, fix, shape: { refuses: "missing" } }] : [];
  }
  if (isLater(value)) return kind.late ? [] : [tooLate(property)];
  if (!kind.fits(value)) return [ofAnotherKind(property, value, kind)];
  return kind.inside?.(value, property) ?? [];
}

function tooLate(property: string): ValidationIssue {
  const expected = "a value that is known when the program runs, as previews and policies rely on it";
  const fix = "take it from configuration, or await it, as StackReference.getOutputDetails does";
  return { property, value: inWords("known only later"), expected, fix };
}

function ofAnotherKind(property: string, given: unknown, { expected, words, fix, hidden }: Kind): ValidationIssue {
  const value = hidden ? inWords("given, and not shown") : given;
  const near = words && typeof given === "string" ? didYouMean(given, words) : undefined;
  const advice = near ?? fix;
  return { property, value, expected, fix: advice ?? "correct it", shape: { refuses: "kind", advice } };
}

/** The value is not shown: nobody knows what it is. */
function unknownArgument(property: string, name: string, known: readonly string[]): ValidationIssue {
  const advice = didYouMean(name, known);
  const fix = advice ?? (known.length > 12 ? "leave it out" : `known are ${known.join(", ")}`);
  const shape = { refuses: "name", advice } as const;
  return { property, value: inWords("given"), expected: "no argument of this name", fix, shape };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON leaves other values out, makes `{}` or `null` of them, or throws. */
function jsonIssues(value: unknown, property: string): ValidationIssue[] {
  if (value === undefined || value === null || isLater(value) || Number.isFinite(value)) return [];
  if (["string", "boolean"].includes(typeof value) || Object.hasOwn(Object(value).constructor.prototype, "toJSON"))
    return [];
  if (isPlain(value)) return membersOf(value).flatMap(([name, one]) => jsonIssues(one, `${property}.${name}`));
  const fix = "write it as a text or a number, or leave it out";
  return [{ property, value: inWords(`a ${typeof value}`), expected: "a value that JSON has", fix }];
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isListOf(value: unknown, member: Kind): value is unknown[] {
  return Array.isArray(value) && value.every((one) => isLater(one) || member.fits(one));
}
