import type * as aws from "@pulumi/aws";
import type { MixedInstancesSettings } from "../../rollout/rollout-state";
import type { ValidationIssue } from "../validation/issues";
import type { LaunchSource } from "./launch";

/**
 * Several instance types, On-Demand and Spot, in one group.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
 */
export interface MixedInstances {
  /**
   * Instance types to launch, in order of preference if the allocation strategy uses one; `instanceType` is only used if it is listed here.
   */
  readonly types: readonly MixedInstanceType[];
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
}

/** AWS's limit of instance types in one group. */
const MOST_TYPES = 40;

/** The same settings for the rollout, with the names of AWS's API. */
export function mixedInstancesSettings(mixed: MixedInstances): MixedInstancesSettings {
  return {
    InstancesDistribution: {
      OnDemandBaseCapacity: mixed.onDemandBase ?? 0,
      OnDemandPercentageAboveBaseCapacity: mixed.onDemandPercentage ?? 100,
      OnDemandAllocationStrategy: mixed.onDemandAllocation ?? "lowest-price",
      SpotAllocationStrategy: mixed.spotAllocation ?? "price-capacity-optimized",
      ...(mixed.spotMaximumPrice && { SpotMaxPrice: mixed.spotMaximumPrice }),
    },
    Overrides: mixed.types.map(({ instanceType, weight }) => ({
      InstanceType: instanceType,
      ...(weight !== undefined && { WeightedCapacity: String(weight) }),
    })),
  };
}

export function mixedInstancesPolicy(
  mixed: MixedInstances,
  template: Extract<LaunchSource, { launchTemplate: unknown }>["launchTemplate"],
): aws.types.input.autoscaling.GroupMixedInstancesPolicy {
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
      overrides: mixed.types.map(({ instanceType, weight }) => ({
        instanceType,
        weightedCapacity: weight?.toString(),
      })),
    },
  };
}

export function mixedInstancesIssues(mixed: MixedInstances | undefined): ValidationIssue[] {
  if (!mixed) return [];
  return [...typeIssues(mixed.types), ...shareIssues(mixed)];
}

function typeIssues(types: readonly MixedInstanceType[]): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  const property = "mixedInstances.types";
  if (types.length < 1 || types.length > MOST_TYPES) {
    const fix = "list the types that may run; AWS accepts no more";
    wrong.push({ property, value: `${types.length} types`, expected: `1 to ${MOST_TYPES} types`, fix });
  }
  const twice = types.find(
    ({ instanceType }, index) => types.findIndex((one) => one.instanceType === instanceType) < index,
  );
  if (twice) {
    wrong.push({
      property,
      value: twice.instanceType,
      expected: "each type only once",
      fix: "leave out the second one",
    });
  }
  const weights = types.map(({ weight }) => weight);
  for (const [index, weight] of weights.entries()) {
    if (weight === undefined || (Number.isInteger(weight) && weight >= 1 && weight <= 999)) continue;
    const at = `${property}.${index}.weight`;
    wrong.push({
      property: at,
      value: weight,
      expected: "a whole number from 1 to 999",
      fix: "count in smaller units",
    });
  }
  if (weights.some((weight) => weight === undefined) && weights.some((weight) => weight !== undefined)) {
    wrong.push({
      property,
      value: weights,
      expected: "a weight for every type or for none",
      fix: "add the missing ones",
    });
  }
  return wrong;
}

function shareIssues({
  onDemandBase = 0,
  onDemandPercentage = 100,
  spotMaximumPrice,
}: MixedInstances): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (!Number.isInteger(onDemandBase) || onDemandBase < 0) {
    const expected = "a whole number, 0 or more";
    wrong.push({ property: "mixedInstances.onDemandBase", value: onDemandBase, expected, fix: "give a count" });
  }
  if (!Number.isInteger(onDemandPercentage) || onDemandPercentage < 0 || onDemandPercentage > 100) {
    const property = "mixedInstances.onDemandPercentage";
    wrong.push({ property, value: onDemandPercentage, expected: "0 to 100", fix: "0 is all spot, 100 none" });
  }
  if (spotMaximumPrice !== undefined && !/^\d+(\.\d+)?$/.test(spotMaximumPrice)) {
    const property = "mixedInstances.spotMaximumPrice";
    wrong.push({
      property,
      value: spotMaximumPrice,
      expected: "US dollars as '0.25'",
      fix: "leave it out for the on-demand price",
    });
  }
  return wrong;
}
