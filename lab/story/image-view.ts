import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DescribeImagesCommand, type Image } from "@aws-sdk/client-ec2";
import type { Lab } from "../services/lab";

/** Tags that the bake puts on images. */
export const bakeTags = {
  fingerprint: "chef-autoscaling:fingerprint",
  instanceType: "chef-autoscaling:instance-type",
} as const;

/** The images that bakes of this run created. */
export async function bakedImages({ aws }: Lab): Promise<Image[]> {
  const Filters = [{ Name: "tag-key", Values: [bakeTags.fingerprint] }];
  const { Images = [] } = await aws.ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters }));
  return Images;
}

/** The value of an image's tag, or undefined. */
export function tagOf(image: Image, key: string): string | undefined {
  return image.Tags?.find((tag) => tag.Key === key)?.Value;
}

/** Folder with the files of an image. */
export function imageTree(lab: Lab, imageId: string): string {
  return join(lab.runDir, "images", imageId);
}

/** Files that identify a Chef node. In an image they would give all instances the same identity. */
const identityFiles = new Set(["client.pem", "client.rb", "validation.pem", "validator.pem", "first-boot.json"]);

/** Paths in the image of files that identify a Chef node. */
export async function chefIdentityIn(tree: string): Promise<string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  const isIdentity = (entry: Dirent): boolean => identityFiles.has(entry.name) && !entry.isDirectory();
  return entries.filter(isIdentity).map((entry) => join(entry.parentPath, entry.name).slice(tree.length));
}
