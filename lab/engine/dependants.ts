import type { Resource } from "./state";

/** Everything a resource stands on: dependencies, parent and provider. */
export function foundations(resource: Resource): string[] {
  const { dependencies, parent, provider } = resource;
  return [...dependencies, ...(parent === undefined ? [] : [parent]), ...(provider === undefined ? [] : [provider])];
}

/** The resources that need the one of this URN, directly or through others; none comes before one it needs. */
export function dependants(all: readonly Resource[], urn: string): Resource[] {
  const direct = all.filter((resource) => resource.urn !== urn && foundations(resource).includes(urn));
  const chain = direct.flatMap((resource) => [resource, ...dependants(all, resource.urn)]);
  // The last mention of each stands after everything that leads to it.
  return chain.filter((resource, index) => chain.lastIndexOf(resource) === index);
}
