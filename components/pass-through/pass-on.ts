import { inWords, type ValidationIssue } from "../validation/issues";
import { type Kind, object, plainObject } from "../validation/shape";
import { OWNED_BY_EVENTS } from "./owned-by-events";
import { OWNED_BY_GROUP } from "./owned-by-group";
import { OWNED_BY_REAPER } from "./owned-by-reaper";
import type { GroupResource, Owned, ProviderArgs, ResourceName } from "./resources";

/** What of each resource is the component's, with what to do instead of passing it on. Everything else is passed on. */
export const OWNED = { ...OWNED_BY_GROUP, ...OWNED_BY_EVENTS, ...OWNED_BY_REAPER } satisfies {
  readonly [R in ResourceName]: Owned<ProviderArgs[R]>;
};

/** The provider's own properties of a resource, without those that the component decides, checks or wires. */
export type PassedOn<R extends ResourceName> = Omit<ProviderArgs[R], keyof (typeof OWNED)[R]>;

/**
 * What more some resources shall have, in the words of Pulumi's AWS provider, which checks it. It takes the place of this package's
 * defaults; what the component decides, checks or wires has an argument of its own, and is refused here by the name of that.
 *
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/
 */
export type PassOn<R extends ResourceName = ResourceName> = Pick<EveryPassOn, R>;

/** Of all, each with what it is. */
export type EveryPassOn = { readonly [K in keyof ProviderArgs]?: PassedOn<K> };

const isGroups = (resource: ResourceName): resource is GroupResource => resource !== "role";

/** All that a group declares. */
export const GROUP_RESOURCES: readonly GroupResource[] = (Object.keys(OWNED) as ResourceName[]).filter(isGroups);

/** The part that is of some resources. */
export function partOf<R extends ResourceName>(passOn: PassOn | undefined, resources: readonly R[]): PassOn<R> {
  return Object.fromEntries(resources.map((resource) => [resource, passOn?.[resource]])) as PassOn<R>;
}

/** What it holds is the provider's to judge, and may be known later. */
const properties: Kind = { ...plainObject, expected: "an object of the provider's properties", inside: undefined };

/** The kind of such an argument. */
export function passOnKind(resources: readonly ResourceName[]): Kind {
  return object(Object.fromEntries(resources.map((resource) => [resource, properties])));
}

/** Properties that are passed on and are the component's. @param path of the argument */
export function passOnIssues(passOn: PassOn | undefined, path = "passOn"): ValidationIssue[] {
  const given = Object.entries(passOn ?? {}) as [ResourceName, object | undefined][];
  return given.flatMap(([resource, passedOn]) => ownedIssues(resource, passedOn, `${path}.${resource}`));
}

/** The same for one resource. The value is not shown: whoever gave it knows it, and it may be long. */
export function ownedIssues(resource: ResourceName, passedOn: object | undefined, path: string): ValidationIssue[] {
  const owned: Readonly<Record<string, string>> = OWNED[resource];
  return namesIn(passedOn).flatMap((name) => {
    const fix = Object.hasOwn(owned, name) ? owned[name] : undefined;
    if (fix === undefined) return [];
    return [{ property: `${path}.${name}`, value: inWords("given"), expected: "no property of the component's", fix }];
  });
}

export function namesIn(passedOn: object | undefined): string[] {
  return Object.entries(passedOn ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
