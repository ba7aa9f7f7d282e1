import type { PolicyResource } from "@pulumi/policy";
import { type Architecture, architecturesAllowed } from "../../aws/instance-architecture";
import { type Graph, inRegionOf } from "../stack/graph";
import { entries, isAbsent, isUnknown, list, read, text } from "../stack/known";
import { outputsOf } from "../stack/stated";
import { LAUNCHING, TEMPLATES, TYPE } from "../stack/types";
import { isBake } from "./bake";
import { type Launch, launchesOf, launchesOfRollout, launchOfTemplate } from "./launch";
import type { ImageUse } from "./origin";

/** One instance type that the stack will run, and the resource that states it. */
export interface Launched {
  /** An instance type, or with `*` the types that attributes allow; undefined while it is unknown. */
  readonly instanceType?: string;
  /** Architectures that attributes allow, with attribute-based selection: among these AWS chooses types that can boot the image. */
  readonly architectures?: readonly Architecture[];
  readonly statedBy: PolicyResource;
  /** Images from which it may be launched; several if only the update will decide. */
  readonly images: readonly ImageUse[];
}

/** A launch from a template that is not in this stack. */
export interface Foreign {
  readonly by: PolicyResource;
  /** Its known id or name. */
  readonly template?: string;
}

/** Every type that attributes alone could choose. */
export const ANY_TYPE = "*";

const BOTH: readonly Architecture[] = ["x86_64", "arm64"];

/**
 * All instance types that the stack will run, each once per resource that states it. What launches from a template states the types or
 * leaves them to the template; a template that nothing here launches from runs its own.
 */
export function launchedOf(graph: Graph): Launched[] {
  const launches = launchesIn(graph);
  const resolved = launches.map((launch) => ({ launch, templates: templatesOf(launch, graph) }));
  const used = new Set(resolved.flatMap(({ templates }) => templates));
  const unused = graph.ofType(...TEMPLATES).filter((template) => !used.has(template));
  const found = [
    ...unused.flatMap((template) => ofTemplateAlone(template)),
    ...resolved.flatMap(({ launch, templates }) => ofLaunch(launch, templates)),
  ];
  return [...new Map(found.map((one) => [keyOf(one), one])).values()];
}

/** Launches from templates of another stack, which are not compared here. */
export function foreignLaunches(graph: Graph): Foreign[] {
  const launches = launchesIn(graph);
  const foreign = launches.filter((launch) => launch.template !== undefined && templatesOf(launch, graph).length === 0);
  const named = foreign.map(({ by, statedBy = by, template }) => {
    return { by: statedBy, template: nameOf(template?.specification) };
  });
  return [...new Map(named.map((one) => [`${one.by.urn} ${one.template}`, one])).values()];
}

/**
 * Types of resources, of any provider, that launch instances or pass an image to something that does; those that are compared are excluded.
 */
const MAY_LAUNCH =
  /^(?:\w*Cluster|\w*Environment|\w*Fleet\w*|\w*Instance|\w*InstanceGroup|\w*MachineTemplate|\w*NodeClass|\w*Node[gG]roup\w*|\w*Pool|\w*Stack\w*)$/;

/** Resources that use an image or a template of this stack, may launch it, and whose types are not compared. */
export function otherLaunchers(graph: Graph): PolicyResource[] {
  return graph.resources.filter((resource) => {
    const { type, propertyDependencies } = resource;
    const kind = type.split(":").at(-1) ?? "";
    if (LAUNCHING.includes(type) || type.startsWith("pulumi:") || !MAY_LAUNCH.test(kind)) return false;
    const sources = Object.values(propertyDependencies).flat();
    const takes = sources.some((source) => isBake(source) || [...IMAGES, ...TEMPLATES].includes(source.type));
    // A component passes it to its own resources, which are compared.
    return takes && graph.within(resource).length === 0;
  });
}

const IMAGES: readonly string[] = [TYPE.amiCopy, TYPE.amiFromInstance, TYPE.builderImage];

/** All launches of the stack; for a group that a rollout changes, the rollout's. */
function launchesIn(graph: Graph): Launch[] {
  const rolledOut = new Map<PolicyResource, PolicyResource>();
  for (const rollout of graph.ofType(TYPE.rollout)) {
    for (const group of graph.sources(rollout, "groupName", TYPE.group)) rolledOut.set(group, rollout);
  }
  return graph.ofType(...LAUNCHING).flatMap((one) => {
    const rollout = rolledOut.get(one);
    return rollout ? launchesOfRollout(rollout, one) : launchesOf(one);
  });
}

function keyOf({ instanceType, architectures, statedBy, images }: Launched): string {
  return JSON.stringify([instanceType, architectures, statedBy.urn, images.map(({ user, path }) => [user.urn, path])]);
}

function ofTemplateAlone(template: PolicyResource): Launched[] {
  const { image, types } = launchOfTemplate(template);
  if (image === undefined) return [];
  return statedTypes(types).map((stated) => ({ ...stated, statedBy: template, images: [image] }));
}

function ofLaunch(launch: Launch, templates: readonly PolicyResource[]): Launched[] {
  const own = typesOf(launch);
  const images = imagesOf(launch, templates);
  if (images.length === 0) return [];
  if (own !== undefined) return own.map((stated) => ({ ...stated, statedBy: launch.statedBy ?? launch.by, images }));
  return templates.flatMap((template) => {
    const { image, types } = launchOfTemplate(template);
    const from = launch.image ?? image;
    if (from === undefined) return [];
    return statedTypes(types).map((stated) => ({ ...stated, statedBy: template, images: [from] }));
  });
}

/** The possible images of a launch: its own, or those of its templates. */
function imagesOf({ image }: Launch, templates: readonly PolicyResource[]): ImageUse[] {
  if (image !== undefined) return [image];
  return templates.map((template) => launchOfTemplate(template).image).filter((one) => one !== undefined);
}

/** The instance types that a launch states itself; undefined if it leaves them to its template. */
function typesOf({ listed, types }: Launch): Stated[] | undefined {
  if (listed !== undefined) return listed.map((type) => ({ instanceType: textOf(type) }));
  return types === undefined ? undefined : statedTypes(types);
}

/** The possible templates of a launch: the one with a known id or name, or any that its property depends on. */
export function templatesOf({ by, template }: Launch, graph: Graph): readonly PolicyResource[] {
  if (template === undefined) return [];
  const linked = TEMPLATES.flatMap((type) => graph.sources(by, template.property, type));
  const name = nameOf(template.specification);
  const called = linked.filter((one) => name !== undefined && isCalled(one, name));
  if (called.length > 0) return inRegionOf(by, called);
  const others = (template.others ?? []).map(nameOf).filter((one) => one !== undefined);
  const left = linked.filter((one) => name !== undefined || !others.some((other) => isCalled(one, other)));
  return left.length > 0 ? left : linked;
}

function isCalled(template: PolicyResource, name: string): boolean {
  const keys = ["id", "name", "launchTemplateName", "launchTemplateId"];
  return [outputsOf(template), template.props].some((held) => keys.some((key) => text(held, key) === name));
}

function nameOf(specification: unknown): string | undefined {
  const keys = ["id", "name", "launchTemplateId", "launchTemplateName"];
  return keys.map((key) => text(specification, key)).find((one) => one !== undefined);
}

/** One or several types, as they are declared. */
type Stated = Pick<Launched, "instanceType" | "architectures">;

function statedTypes(from: unknown): Stated[] {
  if (typeof from === "symbol") return [{}];
  if (!isAbsent(from, "instanceType")) return [{ instanceType: text(from, "instanceType") }];
  if (isAbsent(from, "instanceRequirements")) return [];
  return allowedTypes(read(from, "instanceRequirements"));
}

/** Types that attributes allow: those they name, or whatever AWS finds. The first one represents the architectures of all. */
function allowedTypes(requirements: unknown): Stated[] {
  if (entries(requirements).length === 0) return [{}];
  const allowed = list(requirements, "allowedInstanceTypes");
  const isAny = allowed.length === 0 && isAbsent(requirements, "allowedInstanceTypes");
  const types = isAny ? [ANY_TYPE] : allowed.length === 0 ? [undefined] : allowed.map(textOf);
  const makers = isAbsent(requirements, "cpuManufacturers") ? [] : list(requirements, "cpuManufacturers").map(textOf);
  const isKnown =
    !isUnknown(requirements, "cpuManufacturers") && [...types, ...makers].every((one) => one !== undefined);
  const architectures = isKnown ? architecturesAllowed(makers as string[], types as string[]) : BOTH;
  return types.map((instanceType, index) => ({ instanceType, architectures: index === 0 ? architectures : BOTH }));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
