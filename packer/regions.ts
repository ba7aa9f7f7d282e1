import type { BakeSpec } from "./spec";

/** Where a bake's images are: in its own region, which comes first, and in those it is copied to. */
export function regionsOf({ region, copies = {} }: Pick<BakeSpec, "region" | "copies">): string[] {
  return [region, ...Object.keys(copies)];
}
