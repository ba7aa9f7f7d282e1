import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../stack/graph";
import { type About, type Say, type Settings, type StackRule, stackRule } from "../stack/rule";
import { LAUNCHING } from "../stack/types";
import { type Launched, launchedOf } from "./launched";
import { imageUses } from "./launcher";
import { type ImageUse, tracer } from "./origin";
import { isUnfound, type Origin, type OriginPart, type Origins } from "./origins";

/** A mismatch between a bake and what runs its image: the arguments of `say`. */
export type Difference = Parameters<Say>;

/** The setting of all rules that may ask AWS for an image's tags. */
const READ_IMAGES = {
  type: "boolean" as const,
  default: true,
  description: "read the tags of images that are given by id, if there are AWS credentials",
};

export type OriginsOf = (use: ImageUse) => Promise<Origins>;

/** Whether all that an image may be is known, and each of it is so; not where there is no image. */
export async function isEveryOrigin(
  use: ImageUse | undefined,
  originsOf: OriginsOf,
  isSo: (origin: Origin) => boolean,
): Promise<boolean> {
  const origins = use && (await originsOf(use));
  return origins !== undefined && !isUnfound(origins) && origins.every(isSo);
}

/** A rule about the origin of images. */
export function imageRule(
  about: About,
  check: (graph: Graph, originsOf: OriginsOf, say: Say, settings: Settings) => Promise<void>,
  types: readonly string[] = LAUNCHING,
  fix?: Parameters<typeof stackRule>[3],
): StackRule {
  const properties = { ...about.configSchema?.properties, readImages: READ_IMAGES };
  return stackRule(
    { ...about, configSchema: { ...about.configSchema, properties } },
    types,
    async (graph, say, settings) => {
      const trace = tracer(graph, settings.readImages !== false);
      const traced = new Map<string, Promise<Origins>>();
      const originsOf = (use: ImageUse) => {
        const key = `${use.user.urn} ${(use.path ?? [use.property]).join(".")}`;
        const origins = traced.get(key) ?? trace(use);
        traced.set(key, origins);
        return origins;
      };
      await check(graph, originsOf, say, settings);
    },
    fix,
  );
}

/** A rule that compares each launcher of an image with its bake, if that is known. */
export function compareLaunchers(
  about: About,
  part: OriginPart,
  differences: (launcher: PolicyResource, origin: Origin) => readonly Difference[],
  unknowns: (launcher: PolicyResource) => readonly string[] = () => [],
): StackRule {
  return imageRule(about, async (graph, originsOf, say) => {
    const uses = imageUses(graph);
    // Concurrently: one image after the other could each wait for AWS.
    const found = await Promise.all(uses.map(originsOf));
    for (const [index, origins] of found.entries()) {
      const { user } = uses[index] as ImageUse;
      if (isUnfound(origins)) continue;
      for (const property of unknowns(user)) say.cannotKnow(user, property);
      sayUnknown(part, origins, user, say);
      sayIfAllDiffer(origins, (origin) => differences(user, origin), say);
    }
  });
}

/** A rule that compares each instance type with the bake of its image, if that is known. */
export function compareTypes(
  about: About,
  difference: (launched: Launched, origin: Origin, settings: Settings) => Difference | undefined,
  part?: OriginPart,
): StackRule {
  return imageRule(about, async (graph, originsOf, say, settings) => {
    const all = launchedOf(graph);
    const found = await Promise.all(all.map(({ images }) => Promise.all(images.map(originsOf))));
    for (const [index, origins] of found.entries()) {
      const known = origins.flatMap((one) => (isUnfound(one) ? [] : one));
      if (origins.some(isUnfound)) continue;
      const { statedBy } = all[index] as Launched;
      if (part) sayUnknown(part, known, statedBy, say);
      const differ = (origin: Origin) =>
        [difference(all[index] as Launched, origin, settings)].filter((one) => one !== undefined);
      sayIfAllDiffer(known, differ, say);
    }
  });
}

function sayUnknown(part: OriginPart, origins: readonly Origin[], user: PolicyResource, say: Say): void {
  const unclear = origins.filter(({ unknown = [] }) => unknown.includes(part));
  for (const { source } of unclear) say.cannotKnow(user, `${part} of ${source}, for the image`);
}

/** If the update itself will choose among several bakes, a match with one of them is sufficient. */
function sayIfAllDiffer(
  origins: readonly Origin[],
  differences: (origin: Origin) => readonly Difference[],
  say: Say,
): void {
  const found = origins.map(differences);
  if (found.every((one) => one.length > 0)) for (const difference of found[0] ?? []) say(...difference);
}
