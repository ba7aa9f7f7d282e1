/** Mixed instances policies in the form of AWS's API. */
import type {
  LaunchTemplateOverrides,
  LaunchTemplateSpecification,
  MixedInstancesPolicy,
} from "@aws-sdk/client-auto-scaling";
import type { LaunchesFrom, OwnTemplate } from "./launched-from";
import type { MixedInstancesSettings, OverrideSettings } from "./rollout-state";

/** The policy to declare, with the templates that it launches from. */
export function policyOf(mixed: MixedInstancesSettings, target: LaunchesFrom): MixedInstancesPolicy {
  const { templateId, version, overrides = [] } = target;
  const versionOf = (id: string) => overrides.find((own) => own.templateId === id)?.version;
  return {
    InstancesDistribution: mixed.InstancesDistribution,
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

/** Whether a group with these overrides chooses types by attributes. */
export function choosesByAttributes(overrides: readonly { readonly InstanceRequirements?: unknown }[] = []): boolean {
  return overrides.some(({ InstanceRequirements }) => InstanceRequirements !== undefined);
}

/** A policy that AWS returned, as an input: AWS returns a template's id and name, and takes one of them. */
export function policyAgain({ LaunchTemplate, ...policy }: MixedInstancesPolicy): MixedInstancesPolicy {
  const { LaunchTemplateSpecification: first, Overrides = [] } = LaunchTemplate ?? {};
  const byId = (one: LaunchTemplateSpecification = {}) => ({
    LaunchTemplateId: one.LaunchTemplateId,
    Version: one.Version,
  });
  const again = Overrides.map(({ LaunchTemplateSpecification: own, ...override }) => {
    return { ...override, ...(own && { LaunchTemplateSpecification: byId(own) }) };
  });
  return { ...policy, LaunchTemplate: { LaunchTemplateSpecification: byId(first), Overrides: again } };
}

/** Whether the saved policy is the wanted one, apart from template versions and defaults that AWS adds. */
export function policyIsSaved(
  saved: MixedInstancesPolicy | undefined,
  wanted: MixedInstancesSettings | undefined,
): boolean {
  if (!saved || !wanted) return !saved && !wanted;
  const overrides = saved.LaunchTemplate?.Overrides ?? [];
  return (
    holds(saved.InstancesDistribution, wanted.InstancesDistribution) &&
    overrides.length === wanted.Overrides.length &&
    wanted.Overrides.every((override, index) => isSaved(overrides[index], override))
  );
}

function isSaved(saved: LaunchTemplateOverrides = {}, wanted: OverrideSettings): boolean {
  const [{ LaunchTemplateSpecification: own, ...rest }, theirs] = [wanted, saved.LaunchTemplateSpecification];
  return holds(saved, rest) && own?.LaunchTemplateId === theirs?.LaunchTemplateId;
}

/** Whether a value contains everything wanted, at any depth; numbers may be strings. */
function holds(saved: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return String([saved].flat().sort()) === String([...wanted].sort());
  if (typeof wanted !== "object" || wanted === null) return String(saved) === String(wanted);
  const known = (saved ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([key, value]) => holds(known[key], value));
}
