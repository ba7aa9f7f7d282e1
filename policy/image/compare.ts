import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import type { Graph } from "../graph";
import { type About, type Say, type Settings, stackRule } from "../rule";
import { LAUNCHERS } from "../types";
import { type Launched, launchedOf } from "./launched";
import { imageProperty, launchersOf } from "./launcher";
import { tracer } from "./origin";
import { isUnfound, type Origin, type Origins } from "./origins";

/** What is wrong between a bake and what runs its image: the arguments of `say`. */
export type Difference = Parameters<Say>;

/** The setting that all rules share which may ask AWS for an image's tags. */
const READ_IMAGES = {
  type: "boolean" as const,
  default: true,
  description: "read the tags of images that are given by id, where there are AWS credentials",
};

export type OriginsOf = (launcher: PolicyResource) => Promise<Origins>;

/** A rule that asks where images come from. */
export function imageRule(
  about: About,
  check: (graph: Graph, originsOf: OriginsOf, say: Say, settings: Settings) => Promise<void>,
): StackValidationPolicy {
  const properties = { ...about.configSchema?.properties, readImages: READ_IMAGES };
  return stackRule(
    { ...about, configSchema: { ...about.configSchema, properties } },
    LAUNCHERS,
    async (graph, say, settings) => {
      const trace = tracer(graph, settings.readImages !== false);
      const traced = new Map<PolicyResource, Promise<Origins>>();
      const originsOf = (launcher: PolicyResource) => {
        const origins = traced.get(launcher) ?? trace(launcher, imageProperty(launcher));
        traced.set(launcher, origins);
        return origins;
      };
      await check(graph, originsOf, say, settings);
    },
  );
}

/** A rule that compares what launches an image with its bake, wherever that is known. */
export function compareLaunchers(
  about: About,
  differences: (launcher: PolicyResource, origin: Origin) => readonly Difference[],
): StackValidationPolicy {
  return imageRule(about, async (graph, originsOf, say) => {
    for (const launcher of launchersOf(graph)) {
      const origins = await originsOf(launcher);
      if (!isUnfound(origins)) sayIfAllDiffer(origins, (origin) => differences(launcher, origin), say);
    }
  });
}

/** A rule that compares each type that runs with the bake of the image it runs, wherever that is known. */
export function compareTypes(
  about: About,
  difference: (launched: Launched, origin: Origin, settings: Settings) => Difference | undefined,
): StackValidationPolicy {
  return imageRule(about, async (graph, originsOf, say, settings) => {
    for (const launched of launchedOf(graph)) {
      const origins = await Promise.all(launched.launchers.map(originsOf));
      if (origins.some(isUnfound)) continue;
      const differ = (origin: Origin) => [difference(launched, origin, settings)].filter((one) => one !== undefined);
      sayIfAllDiffer(
        origins.flatMap((one) => one as readonly Origin[]),
        differ,
        say,
      );
    }
  });
}

/** Where only the update will choose among several bakes, what suits one of them is no mistake. */
function sayIfAllDiffer(
  origins: readonly Origin[],
  differences: (origin: Origin) => readonly Difference[],
  say: Say,
): void {
  const found = origins.map(differences);
  if (found.every((one) => one.length > 0)) for (const difference of found[0] ?? []) say(...difference);
}
