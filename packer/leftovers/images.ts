import { type EC2Client, type Image, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { deleteImage, tagOf } from "../image";
import { TAG } from "../tags";
import type { Leftover } from "./leftover";

/** The account's images, as far as bakes matter. */
export interface BakeImages {
  /** Asked for by a Packer that did not live to tag them. */
  readonly unfinished: readonly Leftover[];
  /** Nodes of the bakes whose images are finished. */
  readonly nodes: ReadonlyMap<string, Date | undefined>;
  /** Snapshots that an image rests on, whoever's. */
  readonly snapshots: ReadonlySet<string>;
}

/** `<bake>-<12 digits of the fingerprint>-<8 digits of the run>` */
const IMAGE_NAME = /^(.+)-[0-9a-f]{12}-([0-9a-f]{8})$/;

export async function bakeImages(ec2: EC2Client): Promise<BakeImages> {
  const images: Image[] = [];
  for await (const page of paginateDescribeImages({ client: ec2 }, { Owners: ["self"] })) {
    images.push(...(page.Images ?? []));
  }
  const named = images.flatMap((image) => {
    const [, bake, run] = IMAGE_NAME.exec(image.Name ?? "") ?? [];
    return bake ? [{ image, bake, node: `bake-${bake}-${run}`, since: madeAt(image) }] : [];
  });
  return {
    unfinished: named.filter(({ image }) => isUnfinished(image)).map(({ image, ...told }) => left(ec2, image, told)),
    nodes: new Map(named.filter(({ image }) => tagOf(image, TAG.fingerprint)).map((it) => [it.node, it.since])),
    snapshots: new Set(images.flatMap(snapshotsOf)),
  };
}

/** Without any tag: Packer gives all of them at once, and whatever else is named so has been tagged by its owner. */
function isUnfinished({ Tags = [], State }: Image): boolean {
  return Tags.length === 0 && (State === "available" || State === "pending" || State === "failed");
}

function left(ec2: EC2Client, image: Image, told: Pick<Leftover, "bake" | "node" | "since">): Leftover {
  return { kind: "image", id: image.ImageId ?? "", ...told, remove: () => deleteImage(ec2, image) };
}

function madeAt({ CreationDate }: Image): Date | undefined {
  return CreationDate ? new Date(CreationDate) : undefined;
}

function snapshotsOf({ BlockDeviceMappings = [] }: Image): string[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) => (Ebs?.SnapshotId ? [Ebs.SnapshotId] : []));
}
