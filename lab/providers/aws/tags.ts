import type { Properties } from "../values";
import { textMap } from "./reading";

/** A tag in the format of most AWS services. */
export interface Tag {
  Key: string;
  Value: string;
}

/** The inputs' `tags`, with the provider's default tags, as a list for AWS. */
export function tagList(inputs: Properties): Tag[] {
  return Object.entries(allTags(inputs)).map(([Key, Value]) => ({ Key, Value }));
}

/** All tags of a resource: the provider's default tags, overridden by its own. The check stores them in `tagsAll`. */
export function allTags(inputs: Properties): Record<string, string> {
  return textMap(inputs, inputs.tagsAll === undefined ? "tags" : "tagsAll");
}

/** Keys of tags that were removed. */
export function droppedTags(oldInputs: Properties, inputs: Properties): string[] {
  const kept = allTags(inputs);
  return Object.keys(allTags(oldInputs)).filter((key) => !(key in kept));
}

/** The current tags in AWS as outputs: `tags` without the provider's default tags, and `tagsAll` with them. */
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
