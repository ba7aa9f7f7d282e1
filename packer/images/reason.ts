import { TAG } from "../../contract/image-tags";
import type { Inputs } from "../inputs/fingerprint";
import { describeChange, inputsOfTags, keptInputs } from "../inputs/kept-inputs";
import { packageVersion } from "../inputs/package-root";
import { inputsOfImage } from "./tags";

/**
 * The differences between the inputs of the newest image of this name and the current ones, as text.
 *
 * @param tags of that image
 * @returns undefined if there are none, or none that are recorded
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
