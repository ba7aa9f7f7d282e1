import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { DIGEST, type Inputs } from "./fingerprint";

/**
 * An image's inputs, to explain later why another one is baked: settings as text, and the beginning of a digest for files, attributes and
 * long values. They are stored in the image's tags and in the state, so they contain nothing secret.
 */
export type KeptInputs = Readonly<Record<string, string>>;

/** Longer values are stored as their digest. */
const LONGEST = 120;
const DIGITS = 8;
/** Stands for inputs that did not fit. */
const MORE = "";

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const TAG_VALUE_LIMIT = 256;
/** Of the 50 tags that an image may have. */
const TAGS = 8;

export function keptInputs(inputs: Inputs): KeptInputs {
  return Object.fromEntries(Object.entries(inputs).map(([name, text]) => [name, kept(text)]));
}

/**
 * Values of up to 8 tags, in their order: compressed, in characters that every AWS service accepts in a tag. Settings come first; if there
 * is not enough room, copied folders are left out.
 */
export function inputsTags(inputs: KeptInputs): string[] {
  const whole = piecesOf(inputs);
  if (whole.length <= TAGS) return whole;
  const entries = Object.entries(inputs);
  const first = (count: number) => piecesOf({ ...Object.fromEntries(entries.slice(0, count)), [MORE]: "more" });
  let [fits, tooMany] = [0, entries.length];
  while (tooMany - fits > 1) {
    const count = (fits + tooMany) >> 1;
    if (first(count).length <= TAGS) fits = count;
    else tooMany = count;
  }
  return first(fits);
}

/** @returns undefined if the tags are from an older version of this package, or incomplete */
export function inputsOfTags(values: readonly string[]): KeptInputs | undefined {
  try {
    return JSON.parse(inflateRawSync(Buffer.from(values.join(""), "base64url")).toString());
  } catch {
    return undefined;
  }
}

/**
 * The differences between an image's inputs and the current ones, such as `instanceType changed from t3.small to t3.large, chef.policyName
 * is new: web`.
 */
export function describeChange(before: KeptInputs, now: KeptInputs): string {
  const changed = Object.entries(now).flatMap(([name, value]) => changeOf(name, before[name], value, MORE in before));
  const gone = Object.entries(before)
    .filter(([name]) => name !== MORE && !(name in now))
    .map(([name, value]) => (isDigest(value) ? `${name} was removed` : `${name} was removed, it was ${value}`));
  return [...changed, ...gone].join(", ") || "nothing that is recorded in its tags";
}

/** @param partly whether it may have been an input before that did not fit */
function changeOf(name: string, before: string | undefined, now: string, partly: boolean): string[] {
  if (before === now || (before === undefined && partly)) return [];
  if (before === undefined) return [isDigest(now) ? `${name} is new` : `${name} is new: ${now}`];
  return [isDigest(before) || isDigest(now) ? `${name} changed` : `${name} changed from ${before} to ${now}`];
}

function piecesOf(inputs: KeptInputs): string[] {
  const text = deflateRawSync(JSON.stringify(inputs), { level: 9 }).toString("base64url");
  return text.match(new RegExp(`.{1,${TAG_VALUE_LIMIT}}`, "g")) ?? [];
}

function kept(text: string): string {
  if (isDigest(text)) return text.slice(0, DIGEST.length + DIGITS);
  if (text.length <= LONGEST) return text;
  return DIGEST + createHash("sha256").update(text).digest("hex").slice(0, DIGITS);
}

function isDigest(text: string): boolean {
  return text.startsWith(DIGEST);
}
