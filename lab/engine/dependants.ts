import type { Resource } from "./state";

/** URNs of everything that a resource needs: dependencies, parent and provider. */
export function foundations(resource: Resource): string[] {
  const { dependencies, parent, provider } = resource;
  return [...dependencies, ...(parent === undefined ? [] : [parent]), ...(provider === undefined ? [] : [provider])];
}

/** The resources that need this one, directly or through others, in dependency order: each comes after those that it needs. */
export function dependants(all: readonly Resource[], urn: string): Resource[] {
  const direct = all.filter((resource) => resource.urn !== urn && foundations(resource).includes(urn));
  const chain = direct.flatMap((resource) => [resource, ...dependants(all, resource.urn)]);
  // A resource can be reached on several paths; its last occurrence comes after everything that it needs.
  return chain.filter((resource, index) => chain.lastIndexOf(resource) === index);
}
