import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DescribeImagesCommand, type Image } from "@aws-sdk/client-ec2";
import type { Lab } from "../services/lab";

/** Tags the bake puts on what it makes. */
export const bakeTags = {
  fingerprint: "chef-autoscaling:fingerprint",
  instanceType: "chef-autoscaling:instance-type",
} as const;

/** The images that bakes of this run made. */
export async function bakedImages({ aws }: Lab): Promise<Image[]> {
  const Filters = [{ Name: "tag-key", Values: [bakeTags.fingerprint] }];
  const { Images = [] } = await aws.ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters }));
  return Images;
}

/** The value of a tag of an image, or undefined. */
export function tagOf(image: Image, key: string): string | undefined {
  return image.Tags?.find((tag) => tag.Key === key)?.Value;
}

/** Folder with the files of an image. */
export function imageTree(lab: Lab, imageId: string): string {
  return join(lab.runDir, "images", imageId);
}

/** Files that make a machine this Chef node or that one; in an image they would make every instance the same. */
const identityFiles = new Set(["client.pem", "client.rb", "validation.pem", "validator.pem", "first-boot.json"]);

/** Paths, inside the image, of files that belong to one Chef node. */
export async function chefIdentityIn(tree: string): Promise<string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  const isIdentity = (entry: Dirent): boolean => identityFiles.has(entry.name) && !entry.isDirectory();
  return entries.filter(isIdentity).map((entry) => join(entry.parentPath, entry.name).slice(tree.length));
}
