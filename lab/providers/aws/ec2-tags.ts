import * as sdk from "@aws-sdk/client-ec2";
import type { Properties } from "../values";
import type { Call } from "./resource-type";
import { droppedTags, tagList } from "./tags";

/** The tags to create an EC2 resource with. */
export function tagged(ResourceType: sdk.ResourceType, inputs: Properties): sdk.TagSpecification[] | undefined {
  const Tags = tagList(inputs);
  return Tags.length === 0 ? undefined : [{ ResourceType, Tags }];
}

/** Changes the tags of an EC2 resource to those in the inputs. */
export async function retag(call: Call, id: string, oldInputs: Properties, inputs: Properties): Promise<void> {
  const dropped = droppedTags(oldInputs, inputs).map((Key) => ({ Key }));
  const client = call.clients.ec2;
  if (dropped.length > 0) await client.send(new sdk.DeleteTagsCommand({ Resources: [id], Tags: dropped }));
  const Tags = tagList(inputs);
  if (Tags.length > 0) await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags }));
}
