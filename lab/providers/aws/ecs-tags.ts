import type * as sdk from "@aws-sdk/client-ecs";
import type { Properties } from "../values";
import { allTags } from "./tags";

/** Tags in the format of ECS; undefined if there are none. */
export function ecsTags(inputs: Properties): sdk.Tag[] | undefined {
  const tags = Object.entries(allTags(inputs)).map(([key, value]) => ({ key, value }));
  return tags.length === 0 ? undefined : tags;
}
