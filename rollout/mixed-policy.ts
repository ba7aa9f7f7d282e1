/** Mixed instances policies in the form of AWS's API. */
import type { LaunchTemplateOverrides, MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";
import type { LaunchesFrom, OwnTemplate } from "./launched-from";
import type { MixedInstancesSettings, OverrideSettings } from "./rollout-state";

/** The policy to declare, with the templates that it launches from. */
export function policyOf(mixed: MixedInstancesSettings, target: LaunchesFrom): MixedInstancesPolicy {
  const { templateId, version, overrides = [] } = target;
  const versionOf = (id: string) => overrides.find((own) => own.templateId === id)?.version;
  return {
    // A price that was set earlier is removed by an empty one (API reference, InstancesDistribution)
    InstancesDistribution: { SpotMaxPrice: "", ...mixed.InstancesDistribution },
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: version },
      Overrides: mixed.Overrides.map((override) => overrideOf(override, versionOf)),
    },
  };
}

/** AWS accepts a template's id or its name, not both. */
function overrideOf(
  { LaunchTemplateSpecification: own, ...override }: OverrideSettings,
  versionOf: (id: string) => string | undefined,
): LaunchTemplateOverrides {
  const plain = override as LaunchTemplateOverrides;
  if (!own) return { ...plain };
  const { LaunchTemplateId, Version } = own;
  return {
    ...plain,
    LaunchTemplateSpecification: { LaunchTemplateId, Version: versionOf(LaunchTemplateId) ?? Version },
  };
}

/** The templates that overrides name. */
export function ownTemplates(
  overrides: readonly Pick<LaunchTemplateOverrides, "InstanceType" | "LaunchTemplateSpecification">[] = [],
): { readonly overrides?: readonly OwnTemplate[] } {
  const own = overrides.flatMap(({ InstanceType: instanceType, LaunchTemplateSpecification: template }) => {
    if (!template) return [];
    return [{ instanceType, templateId: template.LaunchTemplateId, version: template.Version ?? "$Default" }];
  });
  return own.length > 0 ? { overrides: own } : {};
}

/**
 * Whether the saved policy is the wanted one, apart from template versions and defaults that AWS adds.
 *
 * @param exact whether settings count that only the saved one has: those that the program no longer declares. AWS adds defaults to the
 * distribution alone, as the provider has them: its schema computes those of `instances_distribution`, but none of `override`
 */
export function policyIsSaved(
  saved: MixedInstancesPolicy | undefined,
  wanted: MixedInstancesSettings | undefined,
  exact = true,
): boolean {
  if (!saved || !wanted) return !saved && !wanted;
  const overrides = saved.LaunchTemplate?.Overrides ?? [];
  const { InstancesDistribution: distribution } = wanted;
  return (
    holds(saved.InstancesDistribution, distribution) &&
    (!exact || (saved.InstancesDistribution?.SpotMaxPrice ?? "") === (distribution.SpotMaxPrice ?? "")) &&
    overrides.length === wanted.Overrides.length &&
    wanted.Overrides.every((override, index) => isSaved(overrides[index], override, exact))
  );
}

function isSaved(saved: LaunchTemplateOverrides = {}, wanted: OverrideSettings, exact: boolean): boolean {
  const { LaunchTemplateSpecification: own, ...rest } = wanted;
  const { LaunchTemplateSpecification: theirs, ...found } = saved;
  return (
    holds(found, rest) && (!exact || holds(rest, given(found))) && own?.LaunchTemplateId === theirs?.LaunchTemplateId
  );
}

/** A value without what says nothing: empty texts and lists, and `false`. */
function given(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, given(one)] as const);
  return Object.fromEntries(entries.filter(([, one]) => !isEmpty(one)));
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === "" || value === false;
}

/** Whether a value contains everything wanted, at any depth; numbers may be strings. */
function holds(saved: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return String([saved].flat().sort()) === String([...wanted].sort());
  if (typeof wanted !== "object" || wanted === null) return String(saved) === String(wanted);
  const known = (saved ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([key, value]) => holds(known[key], value));
}
