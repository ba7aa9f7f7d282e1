import { inWords, type ValidationIssue } from "../validation/issues";
import { type Kind, object, plainObject } from "../validation/shape";
import { OWNED_BY_EVENTS } from "./owned-by-events";
import { OWNED_BY_GROUP } from "./owned-by-group";
import { OWNED_BY_REAPER } from "./owned-by-reaper";
import type { GroupResource, Owned, ProviderArgs, ResourceName } from "./resources";

/**
 * For each resource, the properties that the component sets itself, with what to do instead of passing them on. All others are passed on.
 */
export const OWNED = { ...OWNED_BY_GROUP, ...OWNED_BY_EVENTS, ...OWNED_BY_REAPER } satisfies {
  readonly [R in ResourceName]: Owned<ProviderArgs[R]>;
};

/** The provider's properties of a resource, without those that the component sets or checks itself. */
export type PassedOn<R extends ResourceName> = Omit<ProviderArgs[R], keyof (typeof OWNED)[R]>;

/**
 * Additional properties for the AWS resources, named and checked as by Pulumi's AWS provider. They replace this package's defaults.
 * Properties that the component sets or checks itself are refused, and the error names the argument to use instead.
 *
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/
 */
export type PassOn<R extends ResourceName = ResourceName> = Pick<EveryPassOn, R>;

/** Properties for all resources, each with its description. */
export type EveryPassOn = { readonly [K in keyof ProviderArgs]?: PassedOn<K> };

const isGroups = (resource: ResourceName): resource is GroupResource => resource !== "role";

/** All resources that a group declares. */
export const GROUP_RESOURCES: readonly GroupResource[] = (Object.keys(OWNED) as ResourceName[]).filter(isGroups);

/** The part for some of the resources. */
export function partOf<R extends ResourceName>(passOn: PassOn | undefined, resources: readonly R[]): PassOn<R> {
  return Object.fromEntries(resources.map((resource) => [resource, passOn?.[resource]])) as PassOn<R>;
}

/** The provider checks the content, some of which may be known only later. */
const properties: Kind = { ...plainObject, expected: "an object of the provider's properties", inside: undefined };

/** The kind of such an argument. */
export function passOnKind(resources: readonly ResourceName[]): Kind {
  return object(Object.fromEntries(resources.map((resource) => [resource, properties])));
}

/**
 * Passed-on properties that the component sets itself.
 *
 * @param path of the argument
 */
export function passOnIssues(passOn: PassOn | undefined, path = "passOn"): ValidationIssue[] {
  const given = Object.entries(passOn ?? {}) as [ResourceName, object | undefined][];
  return given.flatMap(([resource, passedOn]) => ownedIssues(resource, passedOn, `${path}.${resource}`));
}

/** The same for one resource. The value is not shown, because it may be long. */
export function ownedIssues(resource: ResourceName, passedOn: object | undefined, path: string): ValidationIssue[] {
  const owned: Readonly<Record<string, string>> = OWNED[resource];
  return namesIn(passedOn).flatMap((name) => {
    const fix = Object.hasOwn(owned, name) ? owned[name] : undefined;
    if (fix === undefined) return [];
    return [
      {
        property: `${path}.${name}`,
        value: inWords("given"),
        expected: "no property that the component sets itself",
        fix,
      },
    ];
  });
}

export function namesIn(passedOn: object | undefined): string[] {
  return Object.entries(passedOn ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
