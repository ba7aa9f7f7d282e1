import { DeleteVolumeCommand, type EC2Client, paginateDescribeVolumes, type Volume } from "@aws-sdk/client-ec2";
import { itemsOf } from "../../aws/pages";
import { unlessGone } from "../../aws/unless-gone";
import { TAG } from "../../contract/image-tags";
import { type Leftover, tagsTell } from "./leftover";

/**
 * The volumes of bakes that nothing is attached to. One that an instance still has goes with it, or is found the next
 * time.
 */
export async function leftVolumes(ec2: EC2Client): Promise<Leftover[]> {
  const Filters = [
    { Name: "tag-key", Values: [TAG.node] },
    { Name: "status", Values: ["available"] },
  ];
  const volumes = await itemsOf(paginateDescribeVolumes({ client: ec2 }, { Filters }), ({ Volumes }) => Volumes);
  return volumes.map((volume) => leftVolume(ec2, volume));
}

function leftVolume(ec2: EC2Client, { VolumeId: id = "", Tags, CreateTime }: Volume): Leftover {
  const remove = () => unlessGone(ec2.send(new DeleteVolumeCommand({ VolumeId: id })), /^InvalidVolume\.NotFound$/);
  return { kind: "volume", id, ...tagsTell(Tags, CreateTime), remove };
}
