import type { PolicyResource } from "@pulumi/policy";
import { type Architecture, architecturesAllowed } from "../../aws/instance-architecture";
import { type Graph, inRegionOf } from "../stack/graph";
import { entries, isAbsent, isUnknown, list, read, text } from "../stack/known";
import { outputsOf } from "../stack/stated";
import { LAUNCHING, TEMPLATES, TYPE } from "../stack/types";
import { isBake } from "./bake";
import { type Launch, launchesOf, launchesOfRollout, launchOfTemplate } from "./launch";
import type { ImageUse } from "./origin";

/** One instance type that the stack comes to run, and what states it. */
export interface Launched {
  /** A type, or with `*` in it the types that attributes allow; undefined while it is not known. */
  readonly instanceType?: string;
  /** Of what attributes let in, where they do: AWS takes of these what can boot the image. */
  readonly architectures?: readonly Architecture[];
  readonly statedBy: PolicyResource;
  /** Images it may be launched from; several where only the update will tell which. */
  readonly images: readonly ImageUse[];
}

/** What launches from a template that this stack does not have. */
export interface Foreign {
  readonly by: PolicyResource;
  /** Its known id or name. */
  readonly template?: string;
}

/** Every type that attributes alone could choose. */
export const ANY_TYPE = "*";

const BOTH: readonly Architecture[] = ["x86_64", "arm64"];

/**
 * All types that the stack comes to run, each once for what states it. What launches from a template states the types or leaves them to
 * the template; a template that nothing here launches from runs its own.
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

/** What launches from a template of another stack, which nobody compares here. */
export function foreignLaunches(graph: Graph): Foreign[] {
  const launches = launchesIn(graph);
  const foreign = launches.filter((launch) => launch.template !== undefined && templatesOf(launch, graph).length === 0);
  const named = foreign.map(({ by, statedBy = by, template }) => {
    return { by: statedBy, template: nameOf(template?.specification) };
  });
  return [...new Map(named.map((one) => [`${one.by.urn} ${one.template}`, one])).values()];
}

/** Types of resources, whoever's they are, that launch instances or hand an image to what does; those that are compared are not asked. */
const MAY_LAUNCH =
  /^(?:\w*Cluster|\w*Environment|\w*Fleet\w*|\w*Instance|\w*InstanceGroup|\w*MachineTemplate|\w*NodeClass|\w*Node[gG]roup\w*|\w*Pool|\w*Stack\w*)$/;

/** What takes an image or a template of this stack, may launch it, and is no resource whose types are compared. */
export function otherLaunchers(graph: Graph): PolicyResource[] {
  return graph.resources.filter((resource) => {
    const { type, propertyDependencies } = resource;
    const kind = type.split(":").at(-1) ?? "";
    if (LAUNCHING.includes(type) || type.startsWith("pulumi:") || !MAY_LAUNCH.test(kind)) return false;
    const sources = Object.values(propertyDependencies).flat();
    const takes = sources.some((source) => isBake(source) || [...IMAGES, ...TEMPLATES].includes(source.type));
    // A component hands it to resources of its own, which are compared.
    return takes && graph.within(resource).length === 0;
  });
}

const IMAGES: readonly string[] = [TYPE.amiCopy, TYPE.amiFromInstance, TYPE.builderImage];

/** All launches of the stack; of a group that a rollout changes, the rollout's. */
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

/** The images that a launch may be of: its own, or those of its templates. */
function imagesOf({ image }: Launch, templates: readonly PolicyResource[]): ImageUse[] {
  if (image !== undefined) return [image];
  return templates.map((template) => launchOfTemplate(template).image).filter((one) => one !== undefined);
}

/** Types that a launch states itself; undefined where it leaves them to its template. */
function typesOf({ listed, types }: Launch): Stated[] | undefined {
  if (listed !== undefined) return listed.map((type) => ({ instanceType: textOf(type) }));
  return types === undefined ? undefined : statedTypes(types);
}

/** The templates that a launch may be from: the one that is called by a known id or name, or any that its property comes from. */
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

/** A type, or some, as they are stated. */
type Stated = Pick<Launched, "instanceType" | "architectures">;

function statedTypes(from: unknown): Stated[] {
  if (typeof from === "symbol") return [{}];
  if (!isAbsent(from, "instanceType")) return [{ instanceType: text(from, "instanceType") }];
  if (isAbsent(from, "instanceRequirements")) return [];
  return allowedTypes(read(from, "instanceRequirements"));
}

/** What attributes let in: the types they name, or whatever AWS finds that has them. The first stands for the architectures of all. */
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
