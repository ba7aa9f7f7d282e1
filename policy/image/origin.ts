import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../graph";
import { read, text } from "../known";
import { TYPE } from "../types";
import { imageTags } from "./image-tags";
import { type Architecture, architectureOf } from "./instance-family";
import { imageProperty, regionOf } from "./launcher";

/** What is known of the bake that an image comes from. A missing property is not known. */
export interface Origin {
  /** For messages: "the bake 'web-bake'", "the tags of 'ami-…'". */
  readonly source: string;
  readonly instanceType?: string;
  readonly architecture?: Architecture;
  readonly region?: string;
  /** `v2.0` makes instances refuse unsigned metadata calls. */
  readonly imdsSupport?: string;
  readonly encrypted?: boolean;
  /** The bake itself, where it is in this stack. */
  readonly bake?: PolicyResource;
}

/** Why a bake could not be found. */
export interface NoOrigin {
  readonly reason: string;
}

/** A copied image and a parameter that carries an id come from what they were given. */
const PASSES_ON: Readonly<Record<string, string>> = { [TYPE.amiCopy]: "sourceAmiId", [TYPE.ssmParameter]: "value" };

/**
 * Finds where a launcher's image comes from. The bake of this stack is found by dependencies, which are there before any id
 * is; an image by id is asked for its tags, where AWS can be asked.
 */
export async function originOf(launcher: PolicyResource, mayAsk: boolean): Promise<Origin | NoOrigin> {
  const property = imageProperty(launcher);
  const bake = bakeBehind(launcher, property);
  if (bake !== undefined) return fromBake(bake);
  const imageId = text(launcher.props, property);
  if (imageId?.startsWith("ami-")) return await imageTags(imageId, regionOf(launcher), mayAsk);
  const stack = (launcher.propertyDependencies[property] ?? []).find(({ type }) => type.endsWith(":StackReference"));
  if (stack !== undefined) return { reason: `the stack '${stack.name}' has not told it yet` };
  return { reason: "it is not known before the update, and no bake of this stack leads to it" };
}

/** The origins that need no question to AWS. */
export function bakesOf(graph: Graph, types: readonly string[]): { launcher: PolicyResource; origin: Origin }[] {
  return graph.ofType(...types).flatMap((launcher) => {
    const bake = bakeBehind(launcher, imageProperty(launcher));
    return bake === undefined ? [] : [{ launcher, origin: fromBake(bake) }];
  });
}

function bakeBehind(resource: PolicyResource, property: string, seen = new Set<string>()): PolicyResource | undefined {
  if (seen.has(resource.urn)) return undefined;
  seen.add(resource.urn);
  for (const source of resource.propertyDependencies[property] ?? []) {
    if (isBake(source)) return source;
    const next = PASSES_ON[source.type];
    const found = next === undefined ? undefined : bakeBehind(source, next, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A command that says what type it bakes on. */
export function isBake({ type, props }: PolicyResource): boolean {
  return type === TYPE.command && read(props, "environment", "BAKE_INSTANCE_TYPE") !== undefined;
}

/** What a bake says plainly in its environment, known before it ran; the rest of its spec where that is known too. */
function fromBake(bake: PolicyResource): Origin {
  const environment = read(bake.props, "environment");
  const spec = bakeSpec(bake);
  const instanceType = text(environment, "BAKE_INSTANCE_TYPE");
  const architecture = text(environment, "BAKE_ARCHITECTURE") ?? text(spec, "architecture");
  const encrypted = read(spec, "encrypted");
  return {
    source: `the bake '${bake.name}'`,
    bake,
    instanceType,
    architecture:
      (architecture as Architecture | undefined) ?? (instanceType ? architectureOf(instanceType) : undefined),
    region: text(environment, "BAKE_REGION") ?? text(spec, "region"),
    imdsSupport: text(environment, "BAKE_IMDS_SUPPORT") ?? text(spec, "imdsSupport"),
    encrypted: typeof encrypted === "boolean" ? encrypted : undefined,
  };
}

/** The bake's whole spec; undefined while a part of it is unknown, or where it is none. */
export function bakeSpec(bake: PolicyResource): unknown {
  const spec = text(bake.props, "environment", "BAKE_SPEC");
  if (spec === undefined) return undefined;
  try {
    return JSON.parse(spec);
  } catch {
    // A command of somebody else's; its own program will say what it thinks of that.
    return undefined;
  }
}
