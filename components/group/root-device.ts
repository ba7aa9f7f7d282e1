import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type DataVolume, rootDeviceIssues } from "../instance/data-volume";
import { cachedInvoke } from "../lookup/cached-invoke";
import { raise } from "../validation/issues";
import { runError } from "../validation/run-error";
import { imageArchitectureIssues } from "./architecture";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { describeTypes, hibernationIssues, requiredType } from "./hibernation";
import type { ImageLaunch } from "./image-launch";
import { imageVolumeIssues, type RootVolume } from "./root-volume";

/** Settings that are mapped to an image's device names. */
export interface Mapped {
  readonly rootVolume: RootVolume;
  readonly volumes: readonly DataVolume[];
  /** Whether instances may be hibernated. */
  readonly hibernates: boolean;
}

export function mappedDevices({ rootVolume = {}, instance, warmPool }: ChefAutoScalingGroupArgs): Mapped {
  return { rootVolume, volumes: instance?.volumes ?? [], hibernates: warmPool?.state === "Hibernated" };
}

/**
 * A mapping with another device name would add a second volume. The size is that of the arguments, otherwise of the image's own volume,
 * which is known together with its id, and undefined if AWS does not report it.
 */
export function mappedRootDevice(
  name: string,
  launch: ImageLaunch,
  { rootVolume, volumes, hibernates }: Mapped,
  parent: pulumi.Resource,
): pulumi.Output<{ readonly deviceName: string; readonly sizeGib?: number }> {
  const hibernated = hibernates ? launch.types.map(({ type }) => type) : [];
  const known = pulumi.all([rootDevice(launch.imageId, parent), describeTypes(hibernated, parent)]);
  const byAttributes = hibernates ? launch.requirements.map(requiredType) : [];
  return known.apply(([{ deviceName, sizeGib, architecture }, types]) => {
    const issues = [
      ...imageVolumeIssues(rootVolume, sizeGib),
      ...rootDeviceIssues(volumes, deviceName),
      ...imageArchitectureIssues(launch, architecture),
      ...hibernationIssues([...types, ...byAttributes], rootVolume.sizeGib ?? sizeGib),
    ];
    raise(`Group "${name}"`, issues);
    return { deviceName, sizeGib: rootVolume.sizeGib ?? sizeGib };
  });
}

/** The root volume of an image; its size is undefined if AWS does not report it. */
export function rootDevice(
  imageId: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Output<{ deviceName: string; sizeGib?: number; architecture?: string }> {
  return pulumi.output(imageId).apply((id) => {
    const image = cachedInvoke(parent, `image ${id}`, () => pulumi.output(imageOf(id, parent)));
    return image.apply(({ rootDeviceName: deviceName, blockDeviceMappings = [], architecture }) => {
      const size = blockDeviceMappings.find((mapping) => mapping.deviceName === deviceName)?.ebs?.volume_size;
      return { deviceName, architecture, ...(size && { sizeGib: Number(size) }) };
    });
  });
}

/**
 * The image may no longer exist: deregistered, or no longer shared. A deprecated image still launches, but a filter finds it only if
 * deprecated images are included.
 */
function imageOf(id: string, parent: pulumi.Resource): Promise<aws.ec2.GetAmiResult> {
  const filters = [{ name: "image-id", values: [id] }];
  return aws.ec2.getAmi({ filters, includeDeprecated: true }, { parent }).catch((error: Error) => {
    throw runError(
      `the image '${id}' cannot be launched: this account cannot see it in this region (${error.message}); ` +
        `use one that 'aws ec2 describe-images --image-ids ${id}' shows, or bake it again`,
    );
  });
}
