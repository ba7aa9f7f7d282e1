import { type EC2Client, type Image, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { itemsOf } from "../../aws/pages";
import { TAG } from "../../contract/image-tags";
import { deleteImage, isWhole, snapshotsOf } from "../images/image";
import { imageUsers } from "../images/image-use";
import { tagOf } from "../images/tags";
import { type Leftover, tagsTell } from "./leftover";

/** The account's images, as far as bakes matter. */
export interface BakeImages {
  /** Asked for by a Packer that did not live to finish them. */
  readonly unfinished: readonly Leftover[];
  /** Nodes of the bakes whose images are finished. */
  readonly nodes: ReadonlyMap<string, Date | undefined>;
  /** Snapshots that an image rests on, whoever's. */
  readonly snapshots: ReadonlySet<string>;
}

/** `<bake>-<12 digits of the fingerprint>-<8 digits of the run>` */
const IMAGE_NAME = /^(.+)-[0-9a-f]{12}-([0-9a-f]{8})$/;

/** @param instances bakes' instances, also ended ones: they tell an intermediate image, which has a name of Packer's own */
export async function bakeImages(ec2: EC2Client, instances: readonly Leftover[] = []): Promise<BakeImages> {
  const images = await itemsOf(paginateDescribeImages({ client: ec2 }, { Owners: ["self"] }), ({ Images }) => Images);
  const ours = images.flatMap((image) => {
    const told = tellOf(image) ?? instances.find(({ id }) => id === image.SourceInstanceId);
    return told?.bake ? [{ image, bake: told.bake, node: told.node, since: told.since }] : [];
  });
  return {
    unfinished: ours.filter(({ image }) => isUnfinished(image)).map(({ image, ...told }) => left(ec2, image, told)),
    nodes: new Map(ours.filter(({ image }) => isWhole(image)).map(({ node = "", since }) => [node, since])),
    snapshots: new Set(images.flatMap(snapshotsOf)),
  };
}

type Told = Pick<Leftover, "bake" | "node" | "since">;

/** By its name; new Packer also tags an image as soon as it asks for it, an intermediate one of another name too. */
function tellOf(image: Image): Told | undefined {
  const since = image.CreationDate ? new Date(image.CreationDate) : undefined;
  if (tagOf(image, TAG.node)) return tagsTell(image.Tags, since);
  const [, bake, run] = IMAGE_NAME.exec(image.Name ?? "") ?? [];
  return bake ? { bake, node: `bake-${bake}-${run}`, since } : undefined;
}

/** Without a fingerprint, and with tags of a bake's own time or none: other tags say that somebody has made it theirs. */
function isUnfinished(image: Image): boolean {
  const { Tags = [], State } = image;
  const isOurs = Tags.length === 0 || tagOf(image, TAG.node) !== undefined;
  return !isWhole(image) && isOurs && (State === "available" || State === "pending" || State === "failed");
}

function left(ec2: EC2Client, image: Image, told: Told): Leftover {
  return { kind: "image", id: image.ImageId ?? "", ...told, remove: () => removeUnused(ec2, image) };
}

/** One that somebody launches from is theirs by now, whatever became of its bake. */
async function removeUnused(ec2: EC2Client, image: Image): Promise<void> {
  const userOf = image.State === "available" ? await imageUsers(ec2, await ec2.config.region()) : undefined;
  const user = await userOf?.(image.ImageId ?? "");
  if (user) {
    throw new Error(`${user} uses it; let that launch another image, or tag this one as yours, without '${TAG.node}'`);
  }
  await deleteImage(ec2, image);
}
