import { DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import type { BakeSpec } from "../spec/spec";

/**
 * The device of the base image's root volume, by which Packer is told of another size or type. One question, and only where one is asked for.
 * @throws when the base image is not there, or the size is below its own
 */
export async function rootDevice({ region, baseImageId, rootVolume }: BakeSpec): Promise<string | undefined> {
  if (!rootVolume) return undefined;
  const ec2 = patientClient(EC2Client, region);
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [baseImageId] }));
  const device = image?.RootDeviceName;
  if (!device) throw new Error(`the base image '${baseImageId}' names no root device in '${region}'; take another one`);
  const volume = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === device)?.Ebs;
  const [asked, least] = [rootVolume.sizeGib, volume?.VolumeSize];
  if (asked === undefined || least === undefined || asked >= least) return device;
  throw new Error(
    `'rootVolume.sizeGib' is ${asked}, expected at least the ${least} GiB of the base image '${baseImageId}'; ` +
      "raise it, or leave it out for that size",
  );
}
