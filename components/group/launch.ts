import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { canonical } from "../../common/json";
import { type DataVolume, volumeMapping } from "../instance/data-volume";
import type { ProfileReference } from "../instance/given-profile";
import { metadataExtras, metadataOptions } from "../instance/metadata";
import { volumeShape } from "../instance/volume-shape";
import { merge } from "../pass-through/merge";
import type { PassedOn } from "../pass-through/pass-on";
import { overBase } from "./base-template";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { type ImageLaunch, imageLaunches, imageTemplateName } from "./image-launch";
import { type Mapped, mappedDevices, mappedRootDevice } from "./root-device";

/** The group's arguments, and what follows from them. */
export interface LaunchArgs {
  readonly group: ChefAutoScalingGroupArgs;
  readonly instanceProfile: ProfileReference;
  readonly securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Summary of the user data, for readers of a preview; a launch configuration has no field for it. */
  readonly description: pulumi.Input<string>;
  /** Plain text; encoded as the launch template or launch configuration requires. */
  readonly userData: pulumi.Input<string>;
  readonly publicAddress: pulumi.Input<boolean>;
  /** Tags of instances, volumes and network interfaces. */
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
}

/** A version of a launch template, by its number. */
export interface TemplateVersion {
  readonly id: pulumi.Output<string>;
  readonly version: pulumi.Output<string>;
}

/** That of an image beside the group's own. */
export interface ImageTemplate extends TemplateVersion {
  /** In AWS. */
  readonly name: string;
}

export interface TemplateSource {
  readonly launchTemplate: TemplateVersion;
  /** By the names of `mixedInstances.images`. */
  readonly imageTemplates: Readonly<Record<string, ImageTemplate>>;
}

/** What an Auto Scaling Group launches from. */
export type LaunchSource = TemplateSource | { readonly launchConfiguration: pulumi.Output<string> };

/**
 * Launch templates, one for each image and the same but for that, handed to the group by number: `$Latest` would neither trigger an
 * instance refresh nor allow a rollback.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-templates.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups-launch-template-overrides.html
 */
export function createLaunchTemplates(name: string, args: LaunchArgs, parent: pulumi.Resource): TemplateSource {
  const { baseTemplate, groupName, passOn } = args.group;
  const [own, ...others] = imageLaunches(args.group) as [ImageLaunch, ...ImageLaunch[]];
  const given = baseTemplate ? overBase(baseTemplate, passOn?.launchTemplate, parent) : passOn?.launchTemplate;
  const create = (launch: ImageLaunch) => createTemplate(name, args, launch, passedOn(given, launch), parent);
  const images = others.map((launch) => {
    return [launch.name, { name: imageTemplateName(groupName, launch.name ?? ""), ...create(launch) }] as const;
  });
  return { launchTemplate: create(own), imageTemplates: Object.fromEntries(images) };
}

/** The templates of the additional images, for callers that need them. */
export function templatesByImage(source: TemplateSource | undefined) {
  const images = Object.entries(source?.imageTemplates ?? {});
  return pulumi.output(Object.fromEntries(images.map(([name, { id, version }]) => [name, { id, version }])));
}

/**
 * What every launch creates. An organization's policy may refuse each of them without its tags.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/18029
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateTagSpecificationRequest.html
 */
const LAUNCHED = ["instance", "volume", "network-interface"];

function createTemplate(
  name: string,
  args: LaunchArgs,
  launch: ImageLaunch,
  given: PassedOn<"launchTemplate"> | undefined,
  parent: pulumi.Resource,
): TemplateVersion {
  const { group } = args;
  const { metadata, ipv6AddressCount } = group.instance ?? {};
  const mapped = mappedDevices(group);
  const hasOwnName = launch.name !== undefined || given?.name !== undefined;
  const replacementTrigger = hasOwnName ? undefined : partlyStated(mapped);
  const template = merge(
    "launchTemplate",
    {
      ...named(name, group, launch),
      description: args.description,
      imageId: launch.imageId,
      instanceType: launch.instanceType,
      keyName: group.keyName,
      userData: pulumi.output(args.userData).apply((text) => Buffer.from(text).toString("base64")),
      updateDefaultVersion: true,
      iamInstanceProfile: args.instanceProfile,
      metadataOptions: { ...metadataOptions(metadata), ...metadataExtras(metadata) },
      hibernationOptions: mapped.hibernates ? { configured: true } : undefined,
      monitoring: { enabled: group.detailedMonitoring ?? true },
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: pulumi.output(args.publicAddress).apply(String),
          securityGroups: args.securityGroupIds,
          deleteOnTermination: "true",
          ipv6AddressCount: ipv6AddressCount || undefined,
        },
      ],
      blockDeviceMappings: blockDevices(name, launch, mapped, parent),
      tagSpecifications: LAUNCHED.map((resourceType) => ({ resourceType, tags: args.tags })),
    },
    given,
    (merged) =>
      new aws.ec2.LaunchTemplate(`${name}-template${launch.name ? `-${launch.name}` : ""}`, merged, {
        parent,
        replacementTrigger,
      }),
  );
  return { id: template.id, version: template.latestVersion.apply(String) };
}

/**
 * The volumes of which something cannot be stated: io1 and io2 have no throughput, and a snapshot its own size. In an update, the provider
 * gives them that of the volume that had their position, with which AWS may refuse to launch. Only a new template has no such past.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/10155
 */
function partlyStated({ rootVolume, volumes }: Mapped): string {
  const root = { deviceName: "root", kind: rootVolume.kind, isSized: true };
  const data = volumes.map(({ deviceName, kind, sizeGib }) => ({ deviceName, kind, isSized: sizeGib !== undefined }));
  return canonical(
    [root, ...data].flatMap(({ deviceName, kind = "gp3", isSized }, position) =>
      kind === "gp3" && isSized ? [] : [{ position, deviceName, kind, isSized }],
    ),
  );
}

/** The root volume, then the data volumes. */
function blockDevices(
  name: string,
  launch: ImageLaunch,
  mapped: Mapped,
  parent: pulumi.Resource,
): aws.types.input.ec2.LaunchTemplateBlockDeviceMapping[] {
  const { deviceName, sizeGib } = mappedRootDevice(name, launch, mapped, parent);
  const root = {
    encrypted: "true",
    ...volumeShape(mapped.rootVolume),
    volumeSize: sizeGib,
    kmsKeyId: mapped.rootVolume.kmsKeyArn,
    deleteOnTermination: "true",
  };
  return [{ deviceName, ebs: root }, ...mapped.volumes.map(templateVolume)];
}

/** An additional image has a template with a name that is known to a review, which then knows which type runs which image. */
function named(name: string, { groupName }: ChefAutoScalingGroupArgs, { name: image }: ImageLaunch) {
  return image === undefined ? { namePrefix: `${name}-` } : { name: imageTemplateName(groupName, image) };
}

/** A name that is passed on belongs to the group's own template. */
function passedOn(given: PassedOn<"launchTemplate"> | undefined, { name: image }: ImageLaunch) {
  if (image === undefined || !given) return given;
  const { name: _name, namePrefix: _prefix, ...shared } = given;
  return shared;
}

function templateVolume(volume: DataVolume): aws.types.input.ec2.LaunchTemplateBlockDeviceMapping {
  const { deviceName, encrypted, deleteOnTermination, ...ebs } = volumeMapping(volume);
  const flags = { encrypted: String(encrypted), deleteOnTermination: String(deleteOnTermination) };
  return { deviceName, ebs: { ...ebs, ...flags, kmsKeyId: volume.kmsKeyArn } };
}
