import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { MixedInstancesSettings } from "../../rollout/rollout-state";
import type { Known } from "../rollout/rollout";
import { apiRequirements, type InstanceRequirements, providerRequirements } from "./instance-requirements";
import type { TemplateSource } from "./launch";

/**
 * Several instance types, On-Demand and Spot, in one group.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
 */
export interface MixedInstances {
  /**
   * The types that are launched, in order of preference if the allocation strategy has one; `instanceType` is launched only if it is listed. Excludes
   * `instanceRequirements`; one of the two is required. @default none
   */
  readonly types?: readonly MixedInstanceType[];
  /**
   * Up to four sets of attributes for attribute-based instance type selection. Excludes `types`. Reviews can then compare only the architecture: set
   * `comparison` of `instance-type-matches-bake` to `architecture`. @default none
   */
  readonly instanceRequirements?: readonly InstanceRequirements[];
  /**
   * Images in addition to `imageId`, by the name that types and requirements refer to in `image`: for example of the other architecture, or
   * baked on another type. Each has its own launch template, `<groupName>-<name>`, which differs only in image and type; a rollout changes
   * all of them. At most 19.
   *
   * @default none, all types are launched from `imageId`
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups-launch-template-overrides.html
   */
  readonly images?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Number of instances (or units of weight) that are always On-Demand. @default 0 */
  readonly onDemandBase?: number;
  /** Percentage of On-Demand Instances above `onDemandBase`; the rest is Spot. @default 100 */
  readonly onDemandPercentage?: number;
  /** Allocation strategy for On-Demand Instances. @default "lowest-price" */
  readonly onDemandAllocation?: "lowest-price" | "prioritized";
  /** Allocation strategy for Spot Instances. @default "price-capacity-optimized", which AWS recommends */
  readonly spotAllocation?:
    | "price-capacity-optimized"
    | "capacity-optimized"
    | "capacity-optimized-prioritized"
    | "lowest-price";
  /** Maximum price of a Spot Instance per hour, in US dollars. @default the On-Demand price */
  readonly spotMaximumPrice?: string;
}

export interface MixedInstanceType {
  /** A plain string, because a policy compares it with the bake's type on the first preview. */
  readonly instanceType: string;
  /** Units of capacity that one instance counts for. Either all types have a weight or none. @default 1 instance each */
  readonly weight?: number;
  /** Name in `mixedInstances.images` of the image that it is launched from. @default the group's `imageId` */
  readonly image?: string;
}

/** The same settings for the rollout, with the names of AWS's API. */
export function mixedInstancesSettings(
  mixed: MixedInstances,
  { imageTemplates }: TemplateSource,
): Known<MixedInstancesSettings> {
  const ownTemplate = (image = "") => {
    const { id, name, version } = imageTemplates[image] ?? {};
    return (
      id && { LaunchTemplateSpecification: { LaunchTemplateId: id, LaunchTemplateName: name ?? "", Version: version } }
    );
  };
  return {
    InstancesDistribution: {
      OnDemandBaseCapacity: mixed.onDemandBase ?? 0,
      OnDemandPercentageAboveBaseCapacity: mixed.onDemandPercentage ?? 100,
      OnDemandAllocationStrategy: mixed.onDemandAllocation ?? "lowest-price",
      SpotAllocationStrategy: mixed.spotAllocation ?? "price-capacity-optimized",
      ...(mixed.spotMaximumPrice && { SpotMaxPrice: mixed.spotMaximumPrice }),
    },
    Overrides: [
      ...(mixed.types ?? []).map(({ instanceType, weight, image }) => ({
        InstanceType: instanceType,
        ...(weight !== undefined && { WeightedCapacity: String(weight) }),
        ...ownTemplate(image),
      })),
      ...(mixed.instanceRequirements ?? []).map((set) => ({
        InstanceRequirements: apiRequirements(set),
        ...ownTemplate(set.image),
      })),
    ],
  };
}

export function mixedInstancesPolicy(
  mixed: MixedInstances,
  { launchTemplate: template, imageTemplates }: TemplateSource,
): aws.types.input.autoscaling.GroupMixedInstancesPolicy {
  // By name, which a review knows before the template exists
  const ownTemplate = (image = "") => {
    const { name, version } = imageTemplates[image] ?? {};
    return name ? { launchTemplateName: name, version } : undefined;
  };
  return {
    instancesDistribution: {
      onDemandBaseCapacity: mixed.onDemandBase ?? 0,
      onDemandPercentageAboveBaseCapacity: mixed.onDemandPercentage ?? 100,
      onDemandAllocationStrategy: mixed.onDemandAllocation ?? "lowest-price",
      spotAllocationStrategy: mixed.spotAllocation ?? "price-capacity-optimized",
      spotMaxPrice: mixed.spotMaximumPrice,
    },
    launchTemplate: {
      launchTemplateSpecification: { launchTemplateId: template.id, version: template.version },
      overrides: [
        ...(mixed.types ?? []).map(({ instanceType, weight, image }) => ({
          instanceType,
          weightedCapacity: weight?.toString(),
          launchTemplateSpecification: ownTemplate(image),
        })),
        ...(mixed.instanceRequirements ?? []).map((set) => ({
          instanceRequirements: providerRequirements(set),
          launchTemplateSpecification: ownTemplate(set.image),
        })),
      ],
    },
  };
}
