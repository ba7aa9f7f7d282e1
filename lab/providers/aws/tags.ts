import type { Properties } from "../values";
import { textMap } from "./reading";

/** A tag in the form most of AWS wants. */
export interface Tag {
  Key: string;
  Value: string;
}

/** The `tags` of the inputs, or the provider's defaults with them, as AWS's list. */
export function tagList(inputs: Properties): Tag[] {
  return Object.entries(allTags(inputs)).map(([Key, Value]) => ({ Key, Value }));
}

/** The tags a resource carries: the provider's default tags, overruled by its own. The check writes them to `tagsAll`. */
export function allTags(inputs: Properties): Record<string, string> {
  return textMap(inputs, inputs.tagsAll === undefined ? "tags" : "tagsAll");
}

/** The names of tags that were there and are not any more. */
export function droppedTags(oldInputs: Properties, inputs: Properties): string[] {
  const kept = allTags(inputs);
  return Object.keys(allTags(oldInputs)).filter((key) => !(key in kept));
}
