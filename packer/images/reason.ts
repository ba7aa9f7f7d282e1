import { describeChange } from "../inputs/change";
import type { Inputs } from "../inputs/fingerprint";
import { TAG } from "./tags";

/**
 * What differs between the image that a bake of this name made last and today's inputs, in words.
 * @param tags of that image
 * @returns undefined where there is none, or none that tells
 */
export function reasonToRebake(
  tags: Readonly<Record<string, string>>,
  inputs: Inputs,
  baseImageId: string,
): string | undefined {
  const before = tags[TAG.inputs];
  if (!before) return undefined;
  const base = tags[TAG.baseImage];
  return describeChange(before, inputs, base ? { baseImageId: `from ${base} to ${baseImageId}` } : {});
}
