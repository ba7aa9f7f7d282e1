import { AutoScalingClient, paginateDescribeLaunchConfigurations } from "@aws-sdk/client-auto-scaling";
import {
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  EnableImageDeregistrationProtectionCommand,
  type Image,
  paginateDescribeLaunchTemplates,
} from "@aws-sdk/client-ec2";
import { deleteImage, imagesOfStack } from "./image";
import type { BakeSpec } from "./spec";
import { TAG } from "./tags";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * After a bake: protects its images where that is asked for, and removes earlier ones that need not be kept, with their
 * snapshots, in every region they were copied to. An image that a launch template's version, a launch configuration or an
 * instance still uses always stays, so that a rollback can launch.
 *
 * @param current the image's ids by region
 */
export async function lookAfterImages(
  spec: BakeSpec,
  current: Readonly<Record<string, string>>,
  write: (text: string) => void,
): Promise<void> {
  for (const [region, imageId] of Object.entries(current)) {
    const ec2 = new EC2Client({ region });
    if (spec.protectImage) await ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId: imageId }));
    const stack = spec.tags[TAG.stack];
    if (!spec.keep || !stack) continue;
    const earlier = (await imagesOfStack(ec2, spec.name, stack)).filter((image) => image.ImageId !== imageId);
    await removeAll(ec2, region, dispensable(earlier, spec.keep, new Date()), write);
  }
}

/**
 * The earlier images that neither count nor age keeps; an image has to be beyond both where both are given.
 * @param earlier without the current one, the oldest first
 */
export function dispensable(earlier: readonly Image[], keep: NonNullable<BakeSpec["keep"]>, now: Date): Image[] {
  const { count = 0, days = 0 } = keep;
  const newest = new Set(earlier.slice(-count || earlier.length).map(({ ImageId }) => ImageId));
  return earlier.filter((image) => {
    const age = now.getTime() - Date.parse(image.CreationDate ?? now.toISOString());
    return !(count > 0 && newest.has(image.ImageId)) && age >= days * DAY_MS;
  });
}

async function removeAll(ec2: EC2Client, region: string, images: readonly Image[], write: (text: string) => void) {
  if (images.length === 0) return;
  const used = await imagesInUse(ec2, region);
  for (const image of images) {
    const user = used.get(image.ImageId ?? "") ?? (await instanceUsing(ec2, image));
    if (user) {
      write(`bake: ${image.ImageId} stays although it is older, ${user} uses it\n`);
      continue;
    }
    await deleteImage(ec2, image);
    write(`bake: removed ${image.ImageId} of ${image.CreationDate} and its snapshots, 'keep' does not ask for it\n`);
  }
}

/**
 * Who launches from which image. Of a launch template its default and its latest version count; older ones stand for ever
 * and are used by nobody, or by an instance that is asked for itself.
 */
async function imagesInUse(ec2: EC2Client, region: string): Promise<Map<string, string>> {
  const used = new Map<string, string>();
  for await (const { LaunchTemplates = [] } of paginateDescribeLaunchTemplates({ client: ec2 }, {})) {
    for (const { LaunchTemplateId } of LaunchTemplates) {
      const Versions = ["$Default", "$Latest"];
      const answer = await ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions }));
      for (const { LaunchTemplateData, LaunchTemplateName, VersionNumber } of answer.LaunchTemplateVersions ?? []) {
        const image = LaunchTemplateData?.ImageId;
        if (image) used.set(image, `version ${VersionNumber} of launch template ${LaunchTemplateName}`);
      }
    }
  }
  const client = new AutoScalingClient({ region });
  for await (const { LaunchConfigurations = [] } of paginateDescribeLaunchConfigurations({ client }, {})) {
    for (const { ImageId, LaunchConfigurationName } of LaunchConfigurations) {
      if (ImageId) used.set(ImageId, `launch configuration ${LaunchConfigurationName}`);
    }
  }
  return used;
}

async function instanceUsing(ec2: EC2Client, { ImageId = "" }: Image): Promise<string | undefined> {
  const Filters = [
    { Name: "image-id", Values: [ImageId] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
  ];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  const id = Reservations.flatMap(({ Instances = [] }) => Instances)[0]?.InstanceId;
  return id && `instance ${id}`;
}
