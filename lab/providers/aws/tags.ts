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

/** A resource's tags as AWS has them now, under the names by which the program's own are known: `tags`, and with the defaults. */
export function liveTags(found: Readonly<Record<string, string>>, inputs: Properties): Properties {
  const own = Object.entries(found).filter(([key]) => !key.startsWith("aws:"));
  if (inputs.tagsAll === undefined) return own.length > 0 || inputs.tags ? { tags: Object.fromEntries(own) } : {};
  const defaults = Object.keys(allTags(inputs)).filter((key) => !(key in textMap(inputs, "tags")));
  const given = own.filter(([key]) => !defaults.includes(key));
  return {
    tagsAll: Object.fromEntries(own),
    ...(given.length > 0 || inputs.tags ? { tags: Object.fromEntries(given) } : {}),
  };
}
