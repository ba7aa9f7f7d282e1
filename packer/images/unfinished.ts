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

/** Identifies a run's images: by their name, which is unique to the run, and by the node's name in the instance's tags. */
export interface RunNames {
  readonly imageName: string;
  readonly nodeName: string;
}

/**
 * Removes an unfinished image of a stopped run, and its copies: Packer does not know about an image whose response it no longer received,
 * and never removes a copy. Looks more than once, because an image may appear after Packer has exited.
 *
 * @param looks 1 is enough if Packer had requested none
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
  // An image that is to be encrypted is first created under a name of Packer's own
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
