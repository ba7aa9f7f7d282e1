import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type DataVolume, rootDeviceIssues, volumeMapping } from "../instance/data-volume";
import type { ProfileReference } from "../instance/given-profile";
import { type InstanceMetadata, metadataExtras, metadataOptions } from "../instance/metadata";
import { volumeShape } from "../instance/volume-shape";
import { cachedInvoke } from "../lookup/cached-invoke";
import { type Explanation, explainFailures } from "../lookup/failure-hook";
import { merge } from "../pass-through/merge";
import type { PassOn } from "../pass-through/pass-on";
import { raise } from "../validation/issues";
import { runError } from "../validation/run-error";
import { imageArchitectureIssues } from "./architecture";
import { type BaseTemplate, overBase } from "./base-template";
import { describeTypes, hibernationIssues } from "./hibernation";
import type { MixedInstances } from "./mixed-instances";
import { imageVolumeIssues, type RootVolume } from "./root-volume";

export interface LaunchArgs {
  readonly imageId: pulumi.Input<string>;
  readonly instanceType: string;
  /** Several types in its place. */
  readonly mixedInstances?: MixedInstances;
  readonly instanceProfile: ProfileReference;
  readonly securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  /** What the user data comes to, for whoever reads a preview; a launch configuration has no place for it. */
  readonly description: pulumi.Input<string>;
  /** Plain text; encoded as the launch template or configuration wants it. */
  readonly userData: pulumi.Input<string>;
  readonly keyName?: pulumi.Input<string>;
  readonly publicAddress: pulumi.Input<boolean>;
  readonly rootVolume: RootVolume;
  /** Beside the root volume. */
  readonly volumes: readonly DataVolume[];
  readonly metadata?: InstanceMetadata;
  /** Of each instance. @default none */
  readonly ipv6AddressCount?: number;
  /** Types whose instances may be hibernated, which can be said at their launch alone. */
  readonly hibernated: readonly string[];
  readonly detailedMonitoring: boolean;
  /** Tags of instances and volumes. */
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
  /** Of which a launch template takes over what the group does not decide. @default none */
  readonly baseTemplate?: BaseTemplate;
  readonly passOn?: PassOn<"launchTemplate" | "launchConfiguration">;
}

/** What an Auto Scaling Group launches from, in the shape its arguments want. */
export type LaunchSource =
  | { readonly launchTemplate: { id: pulumi.Output<string>; version: pulumi.Output<string> } }
  | { readonly launchConfiguration: pulumi.Output<string> };

/**
 * A launch template, handed to the group by number: `$Latest` would neither trigger an instance refresh nor allow a rollback.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-templates.html
 */
export function createLaunchTemplate(name: string, args: LaunchArgs, parent: pulumi.Resource): LaunchSource {
  const { baseTemplate, passOn } = args;
  const passedOn = baseTemplate ? overBase(baseTemplate, passOn?.launchTemplate, parent) : passOn?.launchTemplate;
  const template = merge(
    "launchTemplate",
    {
      namePrefix: `${name}-`,
      description: args.description,
      imageId: args.imageId,
      instanceType: args.instanceType,
      keyName: args.keyName,
      userData: pulumi.output(args.userData).apply((text) => Buffer.from(text).toString("base64")),
      updateDefaultVersion: true,
      iamInstanceProfile: args.instanceProfile,
      metadataOptions: { ...metadataOptions(args.metadata), ...metadataExtras(args.metadata) },
      hibernationOptions: args.hibernated.length > 0 ? { configured: true } : undefined,
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
          deviceName: rootDeviceName(name, args, parent),
          ebs: {
            encrypted: "true",
            ...volumeShape(args.rootVolume),
            kmsKeyId: args.rootVolume.kmsKeyArn,
            deleteOnTermination: "true",
          },
        },
        ...args.volumes.map(templateVolume),
      ],
      tagSpecifications: [
        { resourceType: "instance", tags: args.tags },
        { resourceType: "volume", tags: args.tags },
      ],
    },
    passedOn,
    (merged) => new aws.ec2.LaunchTemplate(`${name}-template`, merged, { parent }),
  );
  return { launchTemplate: { id: template.id, version: template.latestVersion.apply(String) } };
}

function templateVolume(volume: DataVolume): aws.types.input.ec2.LaunchTemplateBlockDeviceMapping {
  const { deviceName, encrypted, deleteOnTermination, ...ebs } = volumeMapping(volume);
  const flags = { encrypted: String(encrypted), deleteOnTermination: String(deleteOnTermination) };
  return { deviceName, ebs: { ...ebs, ...flags, kmsKeyId: volume.kmsKeyArn } };
}

/**
 * A launch configuration, for accounts that still use them; those opened since October 2024 cannot create one.
 * Its name is generated, so that a changed image makes a new one before the old one goes.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html
 */
export function createLaunchConfiguration(name: string, args: LaunchArgs, parent: pulumi.Resource): LaunchSource {
  const hooks = { onError: explainFailures(`${name}-configuration-refused`, [refusal(name)]) };
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
    (merged) => new aws.ec2.LaunchConfiguration(`${name}-configuration`, merged, { parent, hooks }),
  );
  return { launchConfiguration: configuration.name };
}

/** Accounts opened since October 2024 cannot create launch configurations, and AWS tells no one beforehand. */
export function refusal(group: string): Explanation {
  return {
    failure: /launch configuration creation operation is not available/i,
    meaning:
      "This AWS account can create no launch configurations, as none opened since October 2024 can; " +
      `leave 'launch' of group "${group}" out, or set it to "template"`,
  };
}

/** A mapping for any other device name would add a second volume; how large the image's own is shows with its id. */
function rootDeviceName(name: string, args: LaunchArgs, parent: pulumi.Resource) {
  const { imageId, rootVolume, hibernated } = args;
  const known = pulumi.all([rootDevice(imageId, parent), describeTypes(hibernated, parent)]);
  return known.apply(([{ deviceName, sizeGib, architecture }, types]) => {
    const issues = [
      ...imageVolumeIssues(rootVolume, sizeGib),
      ...rootDeviceIssues(args.volumes, deviceName),
      ...imageArchitectureIssues(args, architecture),
      ...hibernationIssues(types, rootVolume.sizeGib ?? sizeGib),
    ];
    raise(`Group "${name}"`, issues);
    return deviceName;
  });
}

/** The volume that an image boots from; its size is unknown where AWS does not tell it. */
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
 * One that was given by id may be gone by now: deregistered, or no longer shared. One that its owner has deprecated still launches, and
 * is found by no filter unless that is asked for.
 */
function imageOf(id: string, parent: pulumi.Resource): Promise<aws.ec2.GetAmiResult> {
  const filters = [{ name: "image-id", values: [id] }];
  return aws.ec2.getAmi({ filters, includeDeprecated: true }, { parent }).catch((error: Error) => {
    throw runError(
      `the image '${id}' cannot be launched: AWS does not show it in this region to this account (${error.message}); ` +
        `name one that 'aws ec2 describe-images --image-ids ${id}' shows, or bake it anew`,
    );
  });
}
