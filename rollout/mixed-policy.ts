/** Mixed instances policies in the form of AWS's API. */
import type { MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";
import type { LaunchedFrom } from "./decide";
import type { MixedInstancesSettings } from "./rollout-state";

/** The policy to declare, with its launch template. */
export function policyOf(mixed: MixedInstancesSettings, { templateId, version }: LaunchedFrom): MixedInstancesPolicy {
  return {
    InstancesDistribution: mixed.InstancesDistribution,
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: version },
      Overrides: mixed.Overrides.map((override) => ({ ...override })),
    },
  };
}

/** Whether the saved policy is the wanted one, apart from the template; values that AWS fills in do not count. */
export function policyIsSaved(
  saved: MixedInstancesPolicy | undefined,
  wanted: MixedInstancesSettings | undefined,
): boolean {
  if (!saved || !wanted) return !saved && !wanted;
  const overrides = saved.LaunchTemplate?.Overrides ?? [];
  return (
    holds(saved.InstancesDistribution, wanted.InstancesDistribution) &&
    overrides.length === wanted.Overrides.length &&
    wanted.Overrides.every((override, index) => holds(overrides[index], override))
  );
}

function holds(saved: object | undefined, wanted: Readonly<Record<string, string | number>>): boolean {
  const known = (saved ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([key, value]) => String(known[key]) === String(value));
}
