import { DeleteSnapshotCommand, type EC2Client, paginateDescribeSnapshots, type Snapshot } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import { type Leftover, tagsTell, unlessGone } from "./leftover";

/**
 * The snapshots of baked images that were deregistered by an interrupted removal, or never created.
 *
 * @param used ids of the snapshots that an image uses
 */
export async function leftSnapshots(ec2: EC2Client, used: ReadonlySet<string>): Promise<Leftover[]> {
  const found: Leftover[] = [];
  const request = { OwnerIds: ["self"], Filters: [{ Name: "tag-key", Values: [TAG.bake] }] };
  for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: ec2 }, request)) {
    const left = Snapshots.filter(({ SnapshotId = "" }) => !used.has(SnapshotId));
    found.push(...left.map((snapshot) => leftSnapshot(ec2, snapshot)));
  }
  return found;
}

function leftSnapshot(ec2: EC2Client, { SnapshotId: id = "", Tags, StartTime }: Snapshot): Leftover {
  const remove = () =>
    unlessGone(ec2.send(new DeleteSnapshotCommand({ SnapshotId: id })), /^InvalidSnapshot\.NotFound$/);
  return { kind: "snapshot", id, ...tagsTell(Tags, StartTime), remove };
}
