import { TAG } from "../../contract/image-tags";
import type { Inputs } from "../inputs/fingerprint";
import { describeChange, inputsOfTags, keptInputs } from "../inputs/kept-inputs";
import { packageVersion } from "../inputs/package-root";
import { inputsOfImage } from "./tags";

/**
 * What differs between the image that a bake of this name made last and today's inputs, in words.
 * @param tags of that image
 * @returns undefined where there is none, or none that tells
 */
export function reasonToRebake(tags: Readonly<Record<string, string>>, inputs: Inputs): string | undefined {
  const kept = inputsOfImage(tags);
  if (kept.length === 0) return undefined;
  const before = inputsOfTags(kept);
  if (!before)
    return "the last image was baked by an earlier version of this package, which recorded its inputs differently";
  const [was, is] = [tags[TAG.packageVersion], packageVersion()];
  const upgraded = was === is ? "" : ` (pulumi-chef-autoscaling was ${was ?? "unknown"}, is ${is})`;
  return describeChange(before, keptInputs(inputs)) + upgraded;
}
