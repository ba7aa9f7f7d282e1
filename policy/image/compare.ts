import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import type { Graph } from "../graph";
import { type About, type Say, type Settings, stackRule } from "../rule";
import { launchersOf } from "./launcher";
import { type Origin, originOf } from "./origin";

/** A launcher beside the bake of its image. */
export interface Pair {
  readonly launcher: PolicyResource;
  readonly origin: Origin;
  readonly graph: Graph;
  readonly say: Say;
  readonly settings: Settings;
}

/** The setting that all rules share which may ask AWS for an image's tags. */
const READ_IMAGES = {
  type: "boolean" as const,
  default: true,
  description: "read the tags of images that are given by id, where there are AWS credentials",
};

/** A rule that compares what launches instances with the bake of its image, wherever that is known. */
export function compareWithBake(about: About, compare: (pair: Pair) => void): StackValidationPolicy {
  return stackRule(withReadImages(about), undefined, async (graph, say, settings) => {
    for (const launcher of launchersOf(graph)) {
      const origin = await originOf(launcher, settings.readImages !== false);
      if (!("reason" in origin)) compare({ launcher, origin, graph, say, settings });
    }
  });
}

export function withReadImages(about: About): About {
  const properties = { ...about.configSchema?.properties, readImages: READ_IMAGES };
  return { ...about, configSchema: { ...about.configSchema, properties } };
}
