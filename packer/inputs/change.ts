import { createHash } from "node:crypto";
import type { Inputs } from "./fingerprint";

const SHORT = 3;
const TAG_VALUE_LIMIT = 256;

/**
 * The inputs in the few characters a tag can hold: for each, 3 characters of its name's digest and 3 of its content's.
 * Enough to say which one changed, and of no use for anything else.
 */
export function inputsTag(inputs: Inputs): string {
  return Object.entries(inputs)
    .map(([name, content]) => short(name) + short(content))
    .sort()
    .join("")
    .slice(0, Math.floor(TAG_VALUE_LIMIT / (2 * SHORT)) * 2 * SHORT);
}

/**
 * What differs between an image's inputs and today's, as `packer/scripts/clean.sh changed, chef.runList is new`.
 * @param before value that inputsTag gave for the image
 * @param details what is known of a change besides, such as `from ami-1 to ami-2`, by the input's name
 */
export function describeChange(before: string, now: Inputs, details: Readonly<Record<string, string>> = {}): string {
  const old = new Map(pairs(before));
  const known = Object.entries(now).filter(([name]) => old.has(short(name)));
  const words = [
    ...known
      .filter(([name, content]) => old.get(short(name)) !== short(content))
      .map(([name]) => [name, "changed", details[name]].filter(Boolean).join(" ")),
    ...Object.keys(now).flatMap((name) => (old.has(short(name)) || isFull(before) ? [] : [`${name} is new`])),
  ];
  const gone = old.size - known.length;
  if (gone > 0) words.push(gone === 1 ? "one input is gone" : `${gone} inputs are gone`);
  return words.join(", ") || "nothing that its tag knows of";
}

/** What did not fit into the tag may have been there before. */
function isFull(tag: string): boolean {
  return tag.length + 2 * SHORT > TAG_VALUE_LIMIT;
}

function pairs(tag: string): [string, string][] {
  const chunks = tag.match(/.{6}/g) ?? [];
  return chunks.map((chunk) => [chunk.slice(0, SHORT), chunk.slice(SHORT)]);
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, SHORT);
}
