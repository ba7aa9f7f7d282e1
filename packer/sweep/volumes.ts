import { DeleteVolumeCommand, type EC2Client, paginateDescribeVolumes, type Volume } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import { type Leftover, tagsTell, unlessGone } from "./leftover";

/** The unattached volumes of bakes. One that an instance still uses is deleted with it, or found the next time. */
export async function leftVolumes(ec2: EC2Client): Promise<Leftover[]> {
  const found: Leftover[] = [];
  const filters = [
    { Name: "tag-key", Values: [TAG.node] },
    { Name: "status", Values: ["available"] },
  ];
  for await (const { Volumes = [] } of paginateDescribeVolumes({ client: ec2 }, { Filters: filters })) {
    found.push(...Volumes.map((volume) => leftVolume(ec2, volume)));
  }
  return found;
}

function leftVolume(ec2: EC2Client, { VolumeId: id = "", Tags, CreateTime }: Volume): Leftover {
  const remove = () => unlessGone(ec2.send(new DeleteVolumeCommand({ VolumeId: id })), /^InvalidVolume\.NotFound$/);
  return { kind: "volume", id, ...tagsTell(Tags, CreateTime), remove };
}
