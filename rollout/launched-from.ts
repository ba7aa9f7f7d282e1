/** From what instances are launched, and a group launches them. */

/** What one instance is launched from. */
export interface LaunchedFrom {
  readonly templateId?: string;
  readonly version?: string;
  readonly configurationName?: string;
}

/** What a group launches from: in a mixed one, some types may have a template of their own, with another image. */
export interface LaunchesFrom extends LaunchedFrom {
  readonly overrides?: readonly OwnTemplate[];
}

export interface OwnTemplate {
  /** The type that is launched from it; undefined where its attributes choose it. */
  readonly instanceType?: string;
  readonly templateId?: string;
  readonly version?: string;
}

/** Whether two groups launch the same. */
export function same(one: LaunchesFrom, other: LaunchesFrom): boolean {
  const [overrides, others] = [one.overrides ?? [], other.overrides ?? []];
  return (
    isOne(one, other) &&
    overrides.length === others.length &&
    overrides.every((own, index) => {
      const theirs = others[index];
      return theirs !== undefined && own.instanceType === theirs.instanceType && isOne(own, theirs);
    })
  );
}

/** Whether an instance is launched from what the group launches instances of its type from. */
export function isFrom(
  instance: { readonly instanceType?: string; readonly launchedFrom: LaunchedFrom },
  group: LaunchesFrom,
): boolean {
  const { overrides = [] } = group;
  const ofType = overrides.filter(({ instanceType }) => instanceType === instance.instanceType);
  const byAttributes = overrides.filter(({ instanceType }) => instanceType === undefined);
  const possible = instance.instanceType !== undefined && ofType.length > 0 ? ofType : [group, ...byAttributes];
  return possible.some((one) => isOne(instance.launchedFrom, one));
}

function isOne(one: LaunchedFrom, other: LaunchedFrom): boolean {
  return (
    one.templateId === other.templateId &&
    one.version === other.version &&
    one.configurationName === other.configurationName
  );
}

/** AWS goes back to numbered versions only. */
export function isNumbered({ version, overrides = [] }: LaunchesFrom): boolean {
  return [version, ...overrides.map((own) => own.version)].every((one) => one !== undefined && /^\d+$/.test(one));
}

/** Every template once, the first first. */
export function templatesOf({ templateId, version, overrides = [] }: LaunchesFrom): OwnTemplate[] {
  const all = [{ templateId, version }, ...overrides.map((own) => ({ ...own, instanceType: undefined }))];
  return all.filter((one, index) => all.findIndex((other) => isOne(one, other)) === index);
}
