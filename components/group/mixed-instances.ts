import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { MixedInstancesSettings } from "../../rollout/rollout-state";
import type { Known } from "../rollout/rollout";
import { apiRequirements, type InstanceRequirements, providerRequirements } from "./instance-requirements";
import type { TemplateSource } from "./launch";

/**
 * Several instance types, on demand and spot, in one group.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
 */
export interface MixedInstances {
  /**
   * The types that are launched, in the order of preference where the strategy has one; `instanceType` counts only when listed. Excludes
   * `instanceRequirements`; one of the two is needed. @default none
   */
  readonly types?: readonly MixedInstanceType[];
  /**
   * Up to four sets of what types must have, in place of their names. Excludes `types`. Reviews compare the architecture alone then: set
   * `comparison` of `instance-type-matches-bake` to `architecture`. @default none
   */
  readonly instanceRequirements?: readonly InstanceRequirements[];
  /**
   * Images beside `imageId`, by a name that types and requirements call them by in `image`: one of the other architecture, or baked on another type. Each has a
   * launch template of its own, `<groupName>-<name>`, that is the same but for the image; a rollout takes all of them along. At most 19.
   *
   * @default none, all types are launched from `imageId`
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups-launch-template-overrides.html
   */
  readonly images?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Instances (or units of weight) that are always on demand. @default 0 */
  readonly onDemandBase?: number;
  /** Share of what is above that base that is on demand; the rest is spot. @default 100 */
  readonly onDemandPercentage?: number;
  /** How on-demand types are chosen. @default "lowest-price" */
  readonly onDemandAllocation?: "lowest-price" | "prioritized";
  /** How spot types are chosen. @default "price-capacity-optimized", which AWS recommends */
  readonly spotAllocation?:
    | "price-capacity-optimized"
    | "capacity-optimized"
    | "capacity-optimized-prioritized"
    | "lowest-price";
  /** Most that is paid for a spot instance in an hour, in US dollars. @default the on-demand price */
  readonly spotMaximumPrice?: string;
}

export interface MixedInstanceType {
  /** A plain string, because a policy compares it with the bake's at the first preview. */
  readonly instanceType: string;
  /** Units of capacity that one instance counts for; all types have a weight, or none. @default 1 instance each */
  readonly weight?: number;
  /** Which of `mixedInstances.images` it is launched from. @default the group's `imageId` */
  readonly image?: string;
}

/** The same for the rollout, under the names of AWS's API. */
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
  // By name, which a review knows before the template is there
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
