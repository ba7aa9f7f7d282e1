import { setTimeout as pause } from "node:timers/promises";
import { DescribeInstancesCommand, EC2Client, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { instancesIn } from "../../aws/pages";
import { TAG } from "../../contract/image-tags";
import type { BakeSpec } from "../spec/spec";
import { deleteImage, imagesFromInstances, imagesNamed } from "./image";
import { regionsOf } from "./regions";
import { tagOf } from "./tags";

const LOOKS = 3;
const PAUSE_MS = 1000;

/** What tells a run's images: their name, which is this run's alone, and the node's name, which its instance is tagged with. */
export interface RunNames {
  readonly imageName: string;
  readonly nodeName: string;
}

/**
 * Removes the image, and its copies, that a stopped run of Packer asked for and did not live to finish: Packer does not
 * know of an image whose answer it no longer waited for, and never removes a copy. Looks more than once, because an image
 * may appear after Packer has gone.
 *
 * @param looks 1 is enough when Packer had asked for none
 */
export async function removeUnfinishedImages(spec: BakeSpec, names: RunNames, looks = LOOKS): Promise<void> {
  for (let look = 1; look <= looks; look++) {
    await Promise.all(regionsOf(spec).map((region) => removeIn(region, spec, names)));
    if (look < looks) await pause(PAUSE_MS);
  }
}

async function removeIn(region: string, spec: BakeSpec, { imageName, nodeName }: RunNames): Promise<void> {
  const ec2 = patientClient(EC2Client, region);
  const images = await imagesNamed(ec2, imageName);
  // An image that is to be encrypted is first made under a name of Packer's own
  if (spec.encryption && region === spec.region) images.push(...(await imagesOfNode(ec2, nodeName)));
  const unfinished = new Map(images.map((image) => [image.ImageId, image]));
  for (const image of unfinished.values()) {
    if (!tagOf(image, TAG.fingerprint)) await deleteImage(ec2, image);
  }
}

async function imagesOfNode(ec2: EC2Client, nodeName: string): Promise<Image[]> {
  const Filters = [{ Name: `tag:${TAG.node}`, Values: [nodeName] }];
  const instances = instancesIn(await ec2.send(new DescribeInstancesCommand({ Filters })));
  const ids = instances.flatMap(({ InstanceId }) => InstanceId ?? []);
  return ids.length > 0 ? imagesFromInstances(ec2, ids) : [];
}
