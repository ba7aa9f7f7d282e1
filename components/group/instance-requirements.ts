import type * as aws from "@pulumi/aws";
import { type Architecture, architecturesAllowed } from "../../aws/instance-architecture";
import type { ValidationIssue } from "../validation/issues";

type Known = aws.types.input.autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideInstanceRequirements;

/** The provider's type, with values that are known at preview. */
type Plain<T> = T extends readonly (infer Member)[] ? readonly Plain<Member>[] : T extends object ? PlainObject<T> : T;
type PlainObject<T> = { readonly [Key in keyof T]: Plain<Awaited<Exclude<T[Key], { apply: unknown } | undefined>>> };

type Own =
  | "vcpuCount"
  | "memoryMib"
  | "cpuManufacturers"
  | "allowedInstanceTypes"
  | "excludedInstanceTypes"
  | "requireHibernateSupport";

/** Minimum and maximum, both inclusive. */
export interface Bounds {
  /** 0 for no lower bound. */
  readonly min: number;
  /** @default no upper bound */
  readonly max?: number;
}

/**
 * Attribute-based instance type selection: at each launch AWS chooses among the matching types, including new ones. The type is not known
 * beforehand, but its architecture is the image's.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html
 */
export interface InstanceRequirements {
  /** Virtual CPUs. */
  readonly vcpuCount: Bounds;
  /** Memory in MiB. */
  readonly memoryMib: Bounds;
  /** CPU manufacturers; `amazon-web-services` means arm64, `intel` and `amd` mean x86. @default any */
  readonly cpuManufacturers?: readonly ("intel" | "amd" | "amazon-web-services" | "apple")[];
  /** Types, families or patterns such as `m7i*` to choose among. Excludes `excludedInstanceTypes`. @default all */
  readonly allowedInstanceTypes?: readonly string[];
  /** Types, families or patterns that are never chosen. Excludes `allowedInstanceTypes`. @default none */
  readonly excludedInstanceTypes?: readonly string[];
  /** Whether on-demand instances of each type can be hibernated; required for a warm pool that hibernates. @default false */
  readonly requireHibernateSupport?: boolean;
  /** Name in `mixedInstances.images` of the image that the types are launched from. @default the group's `imageId` */
  readonly image?: string;
  /**
   * Other requirements, under the names of Pulumi's AWS provider: `{ burstablePerformance: "included", localStorage: "required" }`.
   * @default nothing
   */
  readonly passOn?: Omit<PlainObject<Known>, Own>;
}

/** AWS allows no more sets in one group: API_LaunchTemplateOverrides. */
const MOST_SETS = 4;

/** A set in the provider's format. */
export function providerRequirements({ image: _, passOn, ...requirements }: InstanceRequirements): Known {
  return { ...passOn, ...requirements } as Known;
}

/** Names in AWS's API that differ in more than a capital first letter. */
const API_NAMES: Readonly<Record<string, string>> = {
  vcpuCount: "VCpuCount",
  memoryMib: "MemoryMiB",
  memoryGibPerVcpu: "MemoryGiBPerVCpu",
  acceleratorTotalMemoryMib: "AcceleratorTotalMemoryMiB",
  totalLocalStorageGb: "TotalLocalStorageGB",
};

/** The same under the names of AWS's API. */
export function apiRequirements(set: InstanceRequirements): Readonly<Record<string, unknown>> {
  return renamed(providerRequirements(set));
}

function renamed(value: object): Readonly<Record<string, unknown>> {
  const given = Object.entries(value).filter(([, one]) => one !== undefined);
  const nested = (one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one) ? renamed(one) : one;
  const nameOf = (key: string) => API_NAMES[key] ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  return Object.fromEntries(given.map(([key, one]) => [nameOf(key), nested(one)]));
}

/** Architectures that a set allows. */
export function requiredArchitectures(set: InstanceRequirements): readonly Architecture[] {
  return architecturesAllowed(set.cpuManufacturers ?? [], set.allowedInstanceTypes ?? []);
}

export function requirementsIssues(sets: readonly InstanceRequirements[]): ValidationIssue[] {
  const property = "mixedInstances.instanceRequirements";
  const wrong = sets.flatMap((set, index) => setIssues(set, `${property}.${index}`));
  if (sets.length >= 1 && sets.length <= MOST_SETS) return wrong;
  const expected = `1 to ${MOST_SETS} sets of requirements`;
  return [...wrong, { property, value: `${sets.length} sets`, expected, fix: "AWS takes no more in one group" }];
}

function setIssues(set: InstanceRequirements, path: string): ValidationIssue[] {
  const { vcpuCount, memoryMib } = set;
  const wrong = Object.entries({ vcpuCount, memoryMib }).flatMap(([name, { min, max }]): ValidationIssue[] => {
    if (max === undefined || max >= min) return [];
    const expected = `at least 'min' (${min})`;
    return [{ property: `${path}.${name}.max`, value: max, expected, fix: "raise it, or leave it out for no bound" }];
  });
  if (requiredArchitectures(set).length === 0) {
    const expected = "a manufacturer whose processors some of 'allowedInstanceTypes' have";
    const fix = "take types of the processors' architecture, or leave one of the two out";
    wrong.push({ property: `${path}.cpuManufacturers`, value: set.cpuManufacturers, expected, fix });
  }
  if (set.allowedInstanceTypes && set.excludedInstanceTypes) {
    const expected = "either 'allowedInstanceTypes' or 'excludedInstanceTypes'";
    const fix = "leave one out; AWS takes one of them";
    wrong.push({ property: `${path}.excludedInstanceTypes`, value: set.excludedInstanceTypes, expected, fix });
  }
  return wrong;
}
