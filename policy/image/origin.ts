import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../graph";
import { flag, text } from "../known";
import { TYPE } from "../types";
import { isBake, originOfBake } from "./bake";
import { imageTags, parameterValue } from "./image-tags";
import { type Architecture, architectureOf } from "./instance-family";
import { regionOf } from "./launcher";
import { isUnfound, type NoOrigin, type Origin, type Origins } from "./origins";

/** Finds where the images of a stack come from. */
export type Trace = (user: PolicyResource, property: string) => Promise<Origins>;

/**
 * Follows dependencies, which are there before any id is, to bakes of this stack, through copies and parameters; an image by
 * id is asked for its tags, where AWS can be asked.
 */
export function tracer(graph: Graph, mayAsk: boolean): Trace {
  const trace = async (user: PolicyResource, property: string, seen: readonly PolicyResource[]): Promise<Origins> => {
    if (seen.includes(user)) return { reason: "it depends on itself" };
    const id = text(user.props, property);
    const sources = sourcesOf(user, property, graph);
    const found = await Promise.all(
      sources.map((source) => fromSource(source, (next, key) => trace(next, key, [...seen, user]), graph)),
    );
    const origins = found.flatMap((one) => (one === undefined || isUnfound(one) ? [] : one));
    const fitting = origins.filter(({ output }) => id === undefined || output === undefined || output.includes(id));
    if (fitting.length > 0) return fitting;
    if (id !== undefined) return byId(user, id, sources);
    return found.find((one) => one !== undefined && isUnfound(one)) ?? unknownImage(sources);
  };
  const byId = async (user: PolicyResource, id: string, sources: readonly PolicyResource[]): Promise<Origins> => {
    const region = text(user.props, "sourceAmiRegion") ?? regionOf(user);
    const parameter = /^resolve:ssm:([^:]+)/.exec(id)?.[1];
    if (parameter === undefined) return id.startsWith("ami-") ? imageTags(id, region, mayAsk) : unknownImage(sources);
    const inStack = graph.ofType(TYPE.ssmParameter).find(({ props }) => text(props, "name") === parameter);
    if (inStack) return trace(inStack, "value", [user]);
    const value = await parameterValue(parameter, region, mayAsk);
    return typeof value === "string" ? imageTags(value, region, mayAsk) : value;
  };
  return (user, property) => trace(user, property, []);
}

function unknownImage(sources: readonly PolicyResource[]): NoOrigin {
  const stack = sources.find(({ type }) => type.endsWith(":StackReference"));
  if (stack !== undefined) return { reason: `the stack '${stack.name}' has not told it yet` };
  return { reason: "it is not known before the update, and no bake of this stack leads to it" };
}

const IMAGES = [TYPE.amiCopy, TYPE.amiFromInstance, TYPE.ami];

function sourcesOf(user: PolicyResource, property: string, graph: Graph): readonly PolicyResource[] {
  const stated = user.propertyDependencies[property] ?? [];
  return stated.length > 0 ? stated : IMAGES.flatMap((type) => graph.sources(user, property, type));
}

/** A component of another language is one resource to whoever uses it; its bake is inside. */
async function fromSource(source: PolicyResource, trace: Trace, graph: Graph): Promise<Origins | undefined> {
  if (isBake(source)) return [originOfBake(source)];
  if (source.type === TYPE.ssmParameter) return trace(source, "value");
  if (source.type === TYPE.amiCopy) return copied(source, await trace(source, "sourceAmiId"));
  if (source.type === TYPE.amiFromInstance) return [await ofInstance(source, graph)];
  if (source.type === TYPE.ami) return [registered(source)];
  const inside = graph.within(source).filter(isBake);
  return inside.length > 0 ? inside.map(originOfBake) : undefined;
}

function copied(copy: PolicyResource, origins: Origins): Origins {
  if (isUnfound(origins)) return origins;
  const region = regionOf(copy);
  return origins.map((origin) => ({
    ...origin,
    regions: region === undefined ? undefined : [region],
    encrypted: flag(copy.props, "encrypted") || origin.encrypted,
    output: text(copy.props, "id"),
  }));
}

/** What ran is what baked: the image is the instance's disk. */
async function ofInstance(image: PolicyResource, graph: Graph): Promise<Origin> {
  const [instance] = graph.sources(image, "sourceInstanceId", TYPE.instance);
  const instanceType = text(instance?.props, "instanceType");
  const region = regionOf(image);
  return {
    source: instance ? `the instance '${instance.name}'` : `the image '${image.name}'`,
    instanceType,
    untold: instanceType
      ? undefined
      : `the type of the instance that '${image.name}' is made from is not in this stack`,
    architecture: instanceType ? architectureOf(instanceType) : undefined,
    regions: region === undefined ? undefined : [region],
    output: text(image.props, "id"),
  };
}

function registered(image: PolicyResource): Origin {
  const region = regionOf(image);
  return {
    source: `the image '${image.name}'`,
    untold: `'${image.name}' is registered from snapshots, which say nothing of a bake`,
    architecture: text(image.props, "architecture") as Architecture | undefined,
    regions: region === undefined ? undefined : [region],
    imdsSupport: text(image.props, "imdsSupport"),
    output: text(image.props, "id"),
  };
}
