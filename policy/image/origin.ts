import type { PolicyResource } from "@pulumi/policy";
import { type Graph, regionOf } from "../stack/graph";
import { flag, isAbsent, type Step, text } from "../stack/known";
import { outputsOf } from "../stack/stated";
import { TYPE } from "../stack/types";
import { isBake, isCommand, originsOfBake } from "./bake";
import { type ImageId, imagesNamed, imageTags } from "./image-ids";
import { originsOfResource } from "./image-resources";
import { distinct, isUnfound, type NotKnown, type Origin, type Origins } from "./origins";

/** Where an image is named: the resource, its property for dependencies, and the path of the id in it. */
export interface ImageUse {
  readonly user: PolicyResource;
  readonly property: string;
  /** @default the property itself */
  readonly path?: readonly Step[];
}

/** Finds where the images of a stack come from. */
export type Trace = (use: ImageUse) => Promise<Origins>;

/** What is found without asking anybody: origins, images that AWS could be asked for, and why there may be neither. */
interface Trail {
  readonly origins: readonly Origin[];
  readonly ids: readonly ImageId[];
  readonly unknown?: NotKnown;
}

const NOTHING: Trail = { origins: [], ids: [] };

/**
 * Follows dependencies, which are there before any id is, to bakes of this stack, through copies, parameters and commands that read
 * what a bake wrote; an image by id is asked for its tags, where AWS can be asked. Each resource is looked at once.
 */
export function tracer(graph: Graph, mayAsk: boolean): Trace {
  const trails = new Map<PolicyResource, Trail>();
  return async (use) => {
    for (const resource of inOrder(sourcesOf(use, graph), graph, trails)) {
      trails.set(
        resource,
        trailOf(resource, graph, (one) => trails.get(one) ?? NOTHING),
      );
    }
    const { origins, ids, unknown } = trailOfUse(use, graph, (one) => trails.get(one) ?? NOTHING);
    const asked = await Promise.all(ids.map((id) => imageTags(id, mayAsk)));
    const known = distinct([...origins, ...asked.flatMap((one) => (isUnfound(one) ? [] : one))]);
    return known.length > 0 ? known : (asked.find(isUnfound) ?? unknown ?? NOT_HERE);
  };
}

const NOT_HERE: NotKnown = {
  reason: "it is not known before the update, and no bake of this stack leads to it",
  fix: "take the image from the bake's output, or compare the types by hand",
};

/** Sources before those that come from them, without recursion, for chains can be long; a circle ends where it began. */
function inOrder(
  roots: readonly PolicyResource[],
  graph: Graph,
  known: ReadonlyMap<PolicyResource, unknown>,
): PolicyResource[] {
  const done: PolicyResource[] = [];
  const seen = new Set<PolicyResource>();
  const open: { one: PolicyResource; isSeen: boolean }[] = roots.map((one) => ({ one, isSeen: false }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { one, isSeen } = next;
    if (isSeen) done.push(one);
    if (isSeen || seen.has(one) || known.has(one)) continue;
    seen.add(one);
    open.push({ one, isSeen: true });
    const further = isBake(one) ? [] : furtherFrom(one, graph);
    for (const source of further) if (!seen.has(source)) open.push({ one: source, isSeen: false });
  }
  return done;
}

/** Through which property an image comes into what hands it on. */
function handedOnIn({ type, props }: PolicyResource): string | undefined {
  if (type === TYPE.ssmParameter) return isAbsent(props, "value") ? "insecureValue" : "value";
  return HANDED_ON_IN[type];
}

const HANDED_ON_IN: Readonly<Record<string, string>> = {
  [TYPE.amiCopy]: "sourceAmiId",
  [TYPE.amiLaunchPermission]: "imageId",
  [TYPE.launchTemplate]: "imageId",
  [TYPE.launchConfiguration]: "imageId",
  [TYPE.instance]: "ami",
};

function furtherFrom(resource: PolicyResource, graph: Graph): readonly PolicyResource[] {
  const property = handedOnIn(resource);
  if (property !== undefined) return sourcesOf({ user: resource, property }, graph);
  return isReader(resource) ? commandsBefore(resource) : [];
}

/** A command, or a resource of the program's own making, that gives on what a command before it made. */
function isReader(resource: PolicyResource): boolean {
  return (
    isCommand(resource) || resource.type.startsWith("pulumi-nodejs:") || resource.type.startsWith("pulumi-python:")
  );
}

function commandsBefore(reader: PolicyResource): PolicyResource[] {
  const stated = Object.values(reader.propertyDependencies).flat();
  return [...new Set([...stated, ...reader.dependencies])].filter((one) => one !== reader && isReader(one));
}

function sourcesOf({ user, property, path = [property] }: ImageUse, graph: Graph): readonly PolicyResource[] {
  const parameter = parametersOf({ user, property, path }, graph);
  const stated = user.propertyDependencies[property] ?? [];
  if (stated.length > 0) return [...stated, ...parameter];
  return [...IMAGES.flatMap((type) => graph.sources(user, property, type)), ...parameter];
}

const IMAGES = [TYPE.amiCopy, TYPE.amiFromInstance, TYPE.ami];

/** Parameters of this stack that EC2 would read for an id `resolve:ssm:…`. */
function parametersOf({ user, property, path = [property] }: ImageUse, graph: Graph): readonly PolicyResource[] {
  return imagesNamed(text(user.props, ...path), regionOf(user)).flatMap(({ parameter, region }) =>
    parameter === undefined
      ? []
      : graph.ofType(TYPE.ssmParameter).filter((one) => {
          const own = regionOf(one);
          return text(one.props, "name") === parameter && (own ?? region) === (region ?? own);
        }),
  );
}

/** What an image that is named at one place may be, given what is known of its sources. */
function trailOfUse(use: ImageUse, graph: Graph, known: (source: PolicyResource) => Trail): Trail {
  const { user, property, path = [property] } = use;
  const sources = sourcesOf(use, graph);
  const trails = sources.map(known);
  const id = text(user.props, ...path);
  const origins = distinct(trails.flatMap((trail) => trail.origins)).filter(
    ({ output }) => id === undefined || output === undefined || output.includes(id),
  );
  if (origins.length > 0) return { origins, ids: [] };
  const region = text(user.props, "sourceAmiRegion") ?? regionOf(user);
  const named = parametersOf(use, graph).length > 0 ? [] : imagesNamed(id, region);
  const ids = named.length > 0 ? named : trails.flatMap((trail) => trail.ids);
  return { origins: [], ids, unknown: trails.find(({ unknown }) => unknown)?.unknown ?? whyUnknown(sources) };
}

function whyUnknown(sources: readonly PolicyResource[]): NotKnown {
  const stack = sources.find(({ type }) => type.endsWith(":StackReference"));
  if (stack === undefined) return NOT_HERE;
  return { reason: `the stack '${stack.name}' has not told it yet`, fix: "deploy that stack first, then review again" };
}

/** A component of another language is one resource to whoever uses it; its bake is inside. */
function trailOf(source: PolicyResource, graph: Graph, known: (source: PolicyResource) => Trail): Trail {
  if (isBake(source)) return { origins: originsOfBake(source), ids: [] };
  const property = handedOnIn(source);
  if (property !== undefined) {
    const trail = trailOfUse({ user: source, property }, graph, known);
    return source.type === TYPE.amiCopy ? copied(source, trail) : trail;
  }
  const origins = originsOfResource(source, graph);
  if (origins !== undefined) return { origins, ids: [] };
  const through = isReader(source) ? commandsBefore(source).map(known) : [];
  const inside = graph.within(source).filter(isBake).flatMap(originsOfBake);
  const unknown = through.find((trail) => trail.unknown)?.unknown;
  // What a reader prints is not what its bake printed.
  const read = through.flatMap(({ origins }) => origins.map((origin) => ({ ...origin, output: undefined })));
  return {
    origins: distinct([...read, ...inside]),
    ids: through.flatMap(({ ids }) => ids),
    ...(unknown && { unknown }),
  };
}

function copied(copy: PolicyResource, trail: Trail): Trail {
  const region = regionOf(copy);
  const origins = trail.origins.map((origin) => ({
    ...origin,
    regions: region === undefined ? undefined : [region],
    unknown: origin.unknown?.filter((part) => part !== "regions"),
    encrypted: flag(copy.props, "encrypted") || origin.encrypted,
    output: text(outputsOf(copy), "id"),
  }));
  return { ...trail, origins: distinct(origins) };
}
