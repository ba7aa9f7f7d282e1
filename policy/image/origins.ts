import type { Architecture } from "../../aws/instance-architecture";

/** What is unknown, why, and what to do about it. */
export interface NotKnown {
  readonly reason: string;
  readonly fix: string;
}

/** What is known about the bake of an image. A missing property is unknown. */
export interface Origin {
  /** For messages: "the bake 'web-bake'", "the tags of 'ami-…'". */
  readonly source: string;
  readonly instanceType?: string;
  /** Why the instance type is unknown. */
  readonly untold?: NotKnown;
  readonly architecture?: Architecture;
  /** The regions of the image, including its copies. */
  readonly regions?: readonly string[];
  /** `v2.0` makes instances refuse metadata calls without a token. */
  readonly imdsSupport?: string;
  readonly encrypted?: boolean;
  /** Parts that the bake states with values that are still unknown. */
  readonly unknown?: readonly OriginPart[];
  /** Known text that contains the image's id. */
  readonly output?: string;
}

/** What is compared besides the instance type. */
export type OriginPart = "architecture" | "regions" | "imdsSupport" | "encrypted";

/** The part of an origin that a bake can state about itself. */
export type Said = Pick<Origin, "instanceType" | "imdsSupport" | "encrypted" | "regions" | "unknown"> & {
  readonly architecture?: string;
};

/** Possible origins of an image: several bakes if only the update will choose one, or none that could be found. */
export type Origins = readonly Origin[] | NotKnown;

export function isUnfound(origins: Origins): origins is NotKnown {
  return "reason" in origins;
}

/** Each origin once, however many paths lead to it. */
export function distinct(origins: readonly Origin[]): Origin[] {
  return [...new Map(origins.map((origin) => [JSON.stringify(origin), origin])).values()];
}
