import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../graph";
import { entries, isAbsent, list, read, text } from "../known";
import { TYPE } from "../types";
import { launchersOf } from "./launcher";

/** One instance type that the stack comes to run, and what states it. */
export interface Launched {
  /** A type, or with `*` in it the types that attributes allow; undefined while it is not known. */
  readonly instanceType?: string;
  readonly statedBy: PolicyResource;
  /** Launch templates, configurations or the instance it may be launched from; several where only the update will tell which. */
  readonly launchers: readonly PolicyResource[];
}

/** Every type that attributes alone could choose. */
export const ANY_TYPE = "*";

/**
 * All types that the stack comes to run. A group's own list replaces the type of its template; a template that no group
 * lists types for launches its own.
 */
export function launchedOf(graph: Graph): Launched[] {
  const mixed = graph.ofType(TYPE.group).flatMap((group) => overridesOf(group, graph));
  const listed = mixed.flatMap(({ group, override, templates }) =>
    statedTypes(override).map((instanceType) => ({ instanceType, statedBy: group, launchers: templates })),
  );
  const silent = new Set(mixed.flatMap(({ override, templates }) => (statesType(override) ? [] : templates)));
  const replaced = new Set(mixed.flatMap(({ templates }) => templates));
  const own = launchersOf(graph)
    .filter((one) => !replaced.has(one) || silent.has(one) || graph.users(one, TYPE.group, "launchTemplate").length > 0)
    .flatMap((one) =>
      statedTypes(one.props).map((instanceType) => ({ instanceType, statedBy: one, launchers: [one] })),
    );
  return [...own, ...listed];
}

interface Override {
  readonly group: PolicyResource;
  readonly override: unknown;
  readonly templates: readonly PolicyResource[];
}

/** The members of a group's list, each with the templates it may launch from; the template alone where there is no list. */
function overridesOf(group: PolicyResource, graph: Graph): Override[] {
  const templates = graph.sources(group, "mixedInstancesPolicy", TYPE.launchTemplate);
  if (templates.length === 0) return [];
  const specified = read(group.props, "mixedInstancesPolicy", "launchTemplate");
  const common = named(read(specified, "launchTemplateSpecification"), templates);
  const overrides = list(specified, "overrides");
  return (overrides.length > 0 ? overrides : [undefined]).map((override) => {
    const own = read(override, "launchTemplateSpecification");
    return { group, override, templates: own === undefined ? common : named(own, templates) };
  });
}

/** The template that a specification calls by a known id or name; any of them where it is not known. */
function named(specification: unknown, templates: readonly PolicyResource[]): readonly PolicyResource[] {
  const [id, name] = ["launchTemplateId", "launchTemplateName"].map((key) => text(specification, key));
  const called = templates.filter(
    ({ props }) =>
      (id !== undefined && text(props, "id") === id) || (name !== undefined && text(props, "name") === name),
  );
  return called.length > 0 ? called : templates;
}

function statesType(from: unknown): boolean {
  return ["instanceType", "instanceRequirements"].some((key) => !isAbsent(from, key));
}

function statedTypes(from: unknown): (string | undefined)[] {
  if (!isAbsent(from, "instanceType")) return [text(from, "instanceType")];
  if (isAbsent(from, "instanceRequirements")) return [];
  return allowedTypes(read(from, "instanceRequirements"));
}

/** What attributes let in: the types they name, or whatever AWS finds that has them. */
function allowedTypes(requirements: unknown): (string | undefined)[] {
  if (entries(requirements).length === 0) return [undefined];
  const allowed = list(requirements, "allowedInstanceTypes");
  if (allowed.length > 0) return allowed.map((pattern) => (typeof pattern === "string" ? pattern : undefined));
  return [isAbsent(requirements, "allowedInstanceTypes") ? ANY_TYPE : undefined];
}
