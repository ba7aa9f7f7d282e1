import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DisableImageDeregistrationProtectionCommand,
  type EC2Client,
  type Filter,
  type Image,
} from "@aws-sdk/client-ec2";
import { unlessGone } from "../../aws/unless-gone";
import { TAG } from "../../contract/image-tags";
import { tagOf } from "./tags";

/** The newest image of bakes with this name, whatever its inputs. */
export async function newestImage(ec2: EC2Client, bake: string): Promise<Image | undefined> {
  return (await ownImages(ec2, [filter(`tag:${TAG.bake}`, bake)])).filter(isWhole).at(-1);
}

/** The images that a stack's bakes of this name created, without unfinished ones. */
export async function imagesOfStack(ec2: EC2Client, bake: string, stack: string): Promise<Image[]> {
  return (await ownImages(ec2, [filter(`tag:${TAG.bake}`, bake), filter(`tag:${TAG.stack}`, stack)])).filter(isWhole);
}

/** The image of this id, if it belongs to this account. */
export async function imageIn(ec2: EC2Client, imageId: string): Promise<Image | undefined> {
  return (await ownImages(ec2, [filter("image-id", imageId)]))[0];
}

/** The images whose name starts with the prefix, including unfinished ones without tags; oldest first. */
export async function imagesNamed(ec2: EC2Client, prefix: string): Promise<Image[]> {
  const images = await ownImages(ec2, [filter("name", `${prefix}*`)]);
  return images.filter((image) => image.State === "available" || image.State === "pending");
}

/** The images that were created from these instances, whatever their name. */
export async function imagesFromInstances(ec2: EC2Client, instanceIds: string[]): Promise<Image[]> {
  const images = await ownImages(ec2, [{ Name: "source-instance-id", Values: instanceIds }]);
  return images.filter((image) => image.State === "available" || image.State === "pending");
}

/**
 * The image, if a group can launch from it.
 *
 * @throws if it does not exist, is not available, or has another root device or fingerprint
 */
export async function verifiedImage(
  ec2: EC2Client,
  imageId: string,
  { fingerprint, root }: { readonly fingerprint: string; readonly root: "ebs" | "instance-store" },
): Promise<Image> {
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  const got = image && { state: image.State, root: image.RootDeviceType, fingerprint: tagOf(image, TAG.fingerprint) };
  if (image && got?.state === "available" && got.root === root && got.fingerprint === fingerprint) return image;
  throw new Error(
    `the image '${imageId}' cannot be used: expected one that is available, with root device ${root} and the tag ` +
      `'${fingerprint}', got '${JSON.stringify(got)}'; run the update again to bake another`,
  );
}

/** Removes an image and its snapshots. Whatever is already gone is ignored. */
export async function deleteImage(ec2: EC2Client, image: Image): Promise<void> {
  if (isProtected(image)) {
    await ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId: image.ImageId }));
  }
  await unlessGone(ec2.send(new DeregisterImageCommand({ ImageId: image.ImageId })), /^InvalidAMIID\./);
  for (const SnapshotId of snapshotsOf(image)) {
    await unlessGone(ec2.send(new DeleteSnapshotCommand({ SnapshotId })), /^InvalidSnapshot\.NotFound/);
  }
}

/** Ids of an image's snapshots. */
export function snapshotsOf({ BlockDeviceMappings = [] }: Image): string[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
}

function isProtected({ DeregistrationProtection: state }: Image): boolean {
  return state !== undefined && state !== "" && !state.startsWith("disabled");
}

/** Whether instances can be launched from a bake's image. */
export function isReady(image: Image): boolean {
  return image.State === "available" && isWhole(image);
}

/** Packer sets an image's fingerprint last, when it is copied and shared. */
export function isWhole(image: Image): boolean {
  return tagOf(image, TAG.fingerprint) !== undefined;
}

async function ownImages(ec2: EC2Client, filters: Filter[]): Promise<Image[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters: filters }));
  return Images.sort((a, b) => ageKey(a).localeCompare(ageKey(b)));
}

function ageKey(image: Image): string {
  return `${image.CreationDate} ${image.ImageId}`;
}

function filter(name: string, value: string): Filter {
  return { Name: name, Values: [value] };
}
