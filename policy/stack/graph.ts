import type { PolicyResource } from "@pulumi/policy";
import { read, text, textsIn } from "./known";
import { outputsOf } from "./stated";

/** The resources of a stack and what they have to do with each other. */
export interface Graph {
  readonly resources: readonly PolicyResource[];
  ofType(...types: readonly string[]): readonly PolicyResource[];
  /** Resources of a type that a property of this one comes from: by its dependencies, or by a known name, id, ARN or URL. */
  sources(resource: PolicyResource, property: string, type: string): readonly PolicyResource[];
  /** Resources of a type with a property that comes from this one. */
  users(resource: PolicyResource, type: string, property: string): readonly PolicyResource[];
  /** Resources below this one, such as those of a component. */
  within(resource: PolicyResource): readonly PolicyResource[];
}

const IDENTITIES = ["arn", "id", "name", "url"];

/** Looks at each resource once, however many there are; what nobody asks for is not made. */
export function graphOf(resources: readonly PolicyResource[]): Graph {
  const byType = grouped(resources.map((resource) => [resource.type, resource]));
  const ofType = (...types: readonly string[]) => types.flatMap((type) => byType.get(type) ?? []);
  const identified = remembered((type: string) => identities(ofType(type)));
  const sources: Graph["sources"] = (resource, property, type) => {
    const stated = (resource.propertyDependencies[property] ?? []).filter((source) => source.type === type);
    if (stated.length > 0) return stated;
    const called = textsIn(read(resource.props, property)).flatMap((value) => identified(type).get(value) ?? []);
    return inRegionOf(resource, [...new Set(called)]);
  };
  const usersByProperty = remembered((key: string) => {
    const [type, property, sourceType] = key.split(" ") as [string, string, string];
    return grouped(
      ofType(type).flatMap((user) => sources(user, property, sourceType).map((source) => [source, user] as const)),
    );
  });
  const users: Graph["users"] = (resource, type, property) =>
    usersByProperty(`${type} ${property} ${resource.type}`).get(resource) ?? [];
  const byParent = remembered(() =>
    grouped(resources.flatMap((one) => (one.parent === undefined ? [] : [[one.parent, one] as const]))),
  );
  const within: Graph["within"] = (resource) => {
    const found = new Set(byParent("").get(resource));
    for (const one of found) for (const child of byParent("").get(one) ?? []) found.add(child);
    return [...found];
  };
  return { resources, ofType, sources, users, within };
}

/** The region a resource is created in, where the program states one. */
export function regionOf(resource: Pick<PolicyResource, "props" | "provider">): string | undefined {
  return text(resource.props, "region") ?? text(resource.provider?.props, "region");
}

/** Resources of a type in the region of this one, such as the account's defaults that hold for it. */
export function besideIn(graph: Graph, type: string, resource: PolicyResource): PolicyResource[] {
  return graph.ofType(type).filter((one) => regionOf(one) === regionOf(resource));
}

/** Those that the user can mean, where several regions have one of the same name. */
export function inRegionOf(user: PolicyResource, called: readonly PolicyResource[]): readonly PolicyResource[] {
  const region = regionOf(user);
  if (called.length < 2 || region === undefined) return called;
  return called.filter((one) => (regionOf(one) ?? region) === region);
}

function identities(resources: readonly PolicyResource[]): Map<string, PolicyResource[]> {
  return grouped(
    resources.flatMap((resource) => {
      const held = [outputsOf(resource), resource.props].flatMap((props) => IDENTITIES.map((key) => text(props, key)));
      return [...new Set(held)].filter((value) => value !== undefined).map((value) => [value, resource] as const);
    }),
  );
}

function grouped<Key, Value>(pairs: readonly (readonly [Key, Value])[]): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

function remembered<Result>(make: (key: string) => Result): (key: string) => Result {
  const made = new Map<string, Result>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
