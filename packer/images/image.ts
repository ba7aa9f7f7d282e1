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

/** The image that a bake of this name made last, whatever it was made from. */
export async function newestImage(ec2: EC2Client, bake: string): Promise<Image | undefined> {
  return (await ownImages(ec2, [filter(`tag:${TAG.bake}`, bake)])).filter(isWhole).at(-1);
}

/** The images that a stack's bakes of this name made, without one that is still being made. */
export async function imagesOfStack(ec2: EC2Client, bake: string, stack: string): Promise<Image[]> {
  return (await ownImages(ec2, [filter(`tag:${TAG.bake}`, bake), filter(`tag:${TAG.stack}`, stack)])).filter(isWhole);
}

/** The image of this id, where it is one of this account. */
export async function imageIn(ec2: EC2Client, imageId: string): Promise<Image | undefined> {
  return (await ownImages(ec2, [filter("image-id", imageId)]))[0];
}

/** The images whose name begins so, also those that are still being made and have no tags yet; the oldest first. */
export async function imagesNamed(ec2: EC2Client, prefix: string): Promise<Image[]> {
  const images = await ownImages(ec2, [filter("name", `${prefix}*`)]);
  return images.filter((image) => image.State === "available" || image.State === "pending");
}

/** The images that were made from these instances, by whatever name. */
export async function imagesFromInstances(ec2: EC2Client, instanceIds: string[]): Promise<Image[]> {
  const images = await ownImages(ec2, [{ Name: "source-instance-id", Values: instanceIds }]);
  return images.filter((image) => image.State === "available" || image.State === "pending");
}

/**
 * The image, when a group can start instances from it.
 * @throws when it is not there, not ready, of another root device or another one than the fingerprint says
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
    `the image '${imageId}' cannot be used: expected one that is available, of root device ${root} and tagged ` +
      `'${fingerprint}', got '${JSON.stringify(got)}'; run the update again to bake another`,
  );
}

/** Removes an image and the snapshots it rests on. What is gone already is fine. */
export async function deleteImage(ec2: EC2Client, image: Image): Promise<void> {
  if (isProtected(image)) {
    await ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId: image.ImageId }));
  }
  await unlessGone(ec2.send(new DeregisterImageCommand({ ImageId: image.ImageId })), /^InvalidAMIID\./);
  for (const SnapshotId of snapshotsOf(image)) {
    await unlessGone(ec2.send(new DeleteSnapshotCommand({ SnapshotId })), /^InvalidSnapshot\.NotFound/);
  }
}

/** Ids of the snapshots that an image rests on. */
export function snapshotsOf({ BlockDeviceMappings = [] }: Image): string[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
}

function isProtected({ DeregistrationProtection: state }: Image): boolean {
  return state !== undefined && state !== "" && !state.startsWith("disabled");
}

/** Whether instances can be started from a bake's image. */
export function isReady(image: Image): boolean {
  return image.State === "available" && isWhole(image);
}

/** Packer gives an image its fingerprint last, when it is copied and shared. */
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
