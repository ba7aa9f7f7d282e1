import { DeleteSnapshotCommand, type EC2Client, paginateDescribeSnapshots, type Snapshot } from "@aws-sdk/client-ec2";
import { itemsOf } from "../../aws/pages";
import { unlessGone } from "../../aws/unless-gone";
import { TAG } from "../../contract/image-tags";
import { type Leftover, tagsTell } from "./leftover";

/**
 * The snapshots of baked images that were deregistered, by a removal that was stopped halfway, or never made.
 * @param used ids of the snapshots that an image rests on
 */
export async function leftSnapshots(ec2: EC2Client, used: ReadonlySet<string>): Promise<Leftover[]> {
  const request = { OwnerIds: ["self"], Filters: [{ Name: "tag-key", Values: [TAG.bake] }] };
  const snapshots = await itemsOf(paginateDescribeSnapshots({ client: ec2 }, request), ({ Snapshots }) => Snapshots);
  const left = snapshots.filter(({ SnapshotId = "" }) => !used.has(SnapshotId));
  return left.map((snapshot) => leftSnapshot(ec2, snapshot));
}

function leftSnapshot(ec2: EC2Client, { SnapshotId: id = "", Tags, StartTime }: Snapshot): Leftover {
  const remove = () =>
    unlessGone(ec2.send(new DeleteSnapshotCommand({ SnapshotId: id })), /^InvalidSnapshot\.NotFound$/);
  return { kind: "snapshot", id, ...tagsTell(Tags, StartTime), remove };
}
