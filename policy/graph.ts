import type { PolicyResource } from "@pulumi/policy";
import { read, text, textsIn } from "./known";

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
    return textsIn(read(resource.props, property)).flatMap((value) => identified(type).get(value) ?? []);
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
  const within: Graph["within"] = (resource) =>
    (byParent("").get(resource) ?? []).flatMap((child) => [child, ...within(child)]);
  return { resources, ofType, sources, users, within };
}

function identities(resources: readonly PolicyResource[]): Map<string, PolicyResource[]> {
  return grouped(
    resources.flatMap((resource) =>
      IDENTITIES.map((key) => text(resource.props, key))
        .filter((value) => value !== undefined)
        .map((value) => [value, resource] as const),
    ),
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
