import * as sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../values";
import type { Call } from "./resource-type";
import { droppedTags, tagList } from "./tags";

/** AWS refuses an empty list of tags. */
export function some<Item>(list: Item[]): Item[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Brings the tags of anything of a load balancer to those of the inputs. */
export async function retag(call: Call, arn: string, oldInputs: Properties, inputs: Properties): Promise<void> {
  const TagKeys = droppedTags(oldInputs, inputs);
  const client = call.clients.loadBalancing;
  if (TagKeys.length > 0) await client.send(new sdk.RemoveTagsCommand({ ResourceArns: [arn], TagKeys }));
  const Tags = tagList(inputs);
  if (Tags.length > 0) await client.send(new sdk.AddTagsCommand({ ResourceArns: [arn], Tags }));
}
