import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { canonical } from "../../rollout/difference";
import { type DataVolume, volumeMapping } from "../instance/data-volume";
import type { ProfileReference } from "../instance/given-profile";
import { type InstanceMetadata, metadataExtras, metadataOptions } from "../instance/metadata";
import { volumeShape } from "../instance/volume-shape";
import { type Explanation, explainFailures } from "../lookup/failure-hook";
import { merge } from "../pass-through/merge";
import type { PassedOn, PassOn } from "../pass-through/pass-on";
import { type BaseTemplate, overBase } from "./base-template";
import { type ImageLaunch, imageLaunches, imageTemplateName } from "./image-launch";
import type { MixedInstances } from "./mixed-instances";
import { mappedRootDevice } from "./root-device";
import type { RootVolume } from "./root-volume";

export interface LaunchArgs {
  readonly groupName: string;
  readonly imageId: pulumi.Input<string>;
  readonly instanceType: string;
  /** Several instance types instead of one. */
  readonly mixedInstances?: MixedInstances;
  readonly instanceProfile: ProfileReference;
  readonly securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Summary of the user data, for readers of a preview; a launch configuration has no field for it. */
  readonly description: pulumi.Input<string>;
  /** Plain text; encoded as the launch template or launch configuration requires. */
  readonly userData: pulumi.Input<string>;
  readonly keyName?: pulumi.Input<string>;
  readonly publicAddress: pulumi.Input<boolean>;
  readonly rootVolume: RootVolume;
  /** In addition to the root volume. */
  readonly volumes: readonly DataVolume[];
  readonly metadata?: InstanceMetadata;
  /** For each instance. @default none */
  readonly ipv6AddressCount?: number;
  /** Whether instances may be hibernated, which can be said at their launch alone. */
  readonly hibernates: boolean;
  readonly detailedMonitoring: boolean;
  /** Tags of instances, volumes and network interfaces. */
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
  /** Launch template from which settings that the group does not make are copied. @default none */
  readonly baseTemplate?: BaseTemplate;
  readonly passOn?: PassOn<"launchTemplate" | "launchConfiguration">;
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
  const { baseTemplate, passOn } = args;
  const [own, ...others] = imageLaunches(args) as [ImageLaunch, ...ImageLaunch[]];
  const given = baseTemplate ? overBase(baseTemplate, passOn?.launchTemplate, parent) : passOn?.launchTemplate;
  const create = (launch: ImageLaunch) => createTemplate(name, args, launch, passedOn(given, launch), parent);
  const images = others.map((launch) => {
    return [launch.name, { name: imageTemplateName(args.groupName, launch.name ?? ""), ...create(launch) }] as const;
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
  const root = mappedRootDevice(name, launch, args, parent);
  const hasOwnName = launch.name !== undefined || given?.name !== undefined;
  const replacementTrigger = hasOwnName ? undefined : partlyStated(args);
  const template = merge(
    "launchTemplate",
    {
      ...named(name, args, launch),
      description: args.description,
      imageId: launch.imageId,
      instanceType: launch.instanceType,
      keyName: args.keyName,
      userData: pulumi.output(args.userData).apply((text) => Buffer.from(text).toString("base64")),
      updateDefaultVersion: true,
      iamInstanceProfile: args.instanceProfile,
      metadataOptions: { ...metadataOptions(args.metadata), ...metadataExtras(args.metadata) },
      hibernationOptions: args.hibernates ? { configured: true } : undefined,
      monitoring: { enabled: args.detailedMonitoring },
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: pulumi.output(args.publicAddress).apply(String),
          securityGroups: args.securityGroupIds,
          deleteOnTermination: "true",
          ipv6AddressCount: args.ipv6AddressCount || undefined,
        },
      ],
      blockDeviceMappings: [
        {
          deviceName: root.deviceName,
          ebs: {
            encrypted: "true",
            ...volumeShape(args.rootVolume),
            volumeSize: root.apply(({ sizeGib }) => sizeGib),
            kmsKeyId: args.rootVolume.kmsKeyArn,
            deleteOnTermination: "true",
          },
        },
        ...args.volumes.map(templateVolume),
      ],
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
function partlyStated({ rootVolume, volumes }: LaunchArgs): string {
  const root = { deviceName: "root", kind: rootVolume.kind, isSized: true };
  const data = volumes.map(({ deviceName, kind, sizeGib }) => ({ deviceName, kind, isSized: sizeGib !== undefined }));
  return canonical(
    [root, ...data].flatMap(({ deviceName, kind = "gp3", isSized }, position) =>
      kind === "gp3" && isSized ? [] : [{ position, deviceName, kind, isSized }],
    ),
  );
}

/** An additional image has a template with a name that is known to a review, which then knows which type runs which image. */
function named(name: string, { groupName }: LaunchArgs, { name: image }: ImageLaunch) {
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

/**
 * A launch configuration, for accounts that still use them; accounts opened since October 2024 cannot create one. Its name is generated, so
 * that a new one can be created before the old one is deleted.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html
 */
export function createLaunchConfiguration(name: string, args: LaunchArgs, parent: pulumi.Resource): LaunchSource {
  const hooks = { onError: explainFailures(`${name}-configuration-refused`, [refusal(name)]) };
  // To the provider, a value that is no longer set is no change
  const { keyName, rootVolume, volumes } = args;
  const replacementTrigger = pulumi.output({ keyName, rootVolume, volumes }).apply(canonical);
  const configuration = merge(
    "launchConfiguration",
    {
      namePrefix: `${name}-`,
      imageId: args.imageId,
      instanceType: args.instanceType,
      keyName: args.keyName,
      userData: args.userData,
      iamInstanceProfile: "arn" in args.instanceProfile ? args.instanceProfile.arn : args.instanceProfile.name,
      securityGroups: args.securityGroupIds,
      associatePublicIpAddress: args.publicAddress,
      enableMonitoring: args.detailedMonitoring,
      metadataOptions: metadataOptions(args.metadata),
      rootBlockDevice: {
        encrypted: true,
        ...volumeShape(args.rootVolume),
        deleteOnTermination: true,
      },
      ebsBlockDevices: args.volumes.length > 0 ? args.volumes.map(volumeMapping) : undefined,
    },
    args.passOn?.launchConfiguration,
    (merged) => new aws.ec2.LaunchConfiguration(`${name}-configuration`, merged, { parent, hooks, replacementTrigger }),
  );
  return { launchConfiguration: configuration.name };
}

/** Accounts opened since October 2024 cannot create launch configurations, and AWS offers no way to check this in advance. */
export function refusal(group: string): Explanation {
  return {
    failure: /launch configuration creation operation is not available/i,
    meaning:
      "This AWS account cannot create launch configurations, like all accounts opened since October 2024; " +
      `leave out 'launch' of group "${group}", or set it to "template"`,
  };
}
