import * as sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../values";
import type { Call } from "./resource-type";
import { droppedTags, tagList } from "./tags";

/** Undefined for an empty list of tags, which AWS refuses. */
export function some<Item>(list: Item[]): Item[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Changes the tags of a load balancing resource to those in the inputs. */
export async function retag(call: Call, arn: string, oldInputs: Properties, inputs: Properties): Promise<void> {
  const TagKeys = droppedTags(oldInputs, inputs);
  const client = call.clients.loadBalancing;
  if (TagKeys.length > 0) await client.send(new sdk.RemoveTagsCommand({ ResourceArns: [arn], TagKeys }));
  const Tags = tagList(inputs);
  if (Tags.length > 0) await client.send(new sdk.AddTagsCommand({ ResourceArns: [arn], Tags }));
}
