import type { Architecture } from "../../aws/instance-architecture";

/** What is not known, why, and what to do about it. */
export interface NotKnown {
  readonly reason: string;
  readonly fix: string;
}

/** What is known of the bake that an image comes from. A missing property is not known. */
export interface Origin {
  /** For messages: "the bake 'web-bake'", "the tags of 'ami-…'". */
  readonly source: string;
  readonly instanceType?: string;
  /** Why the instance type is not known. */
  readonly untold?: NotKnown;
  readonly architecture?: Architecture;
  /** Where the image is, its copies counted. */
  readonly regions?: readonly string[];
  /** `v2.0` makes instances refuse unsigned metadata calls. */
  readonly imdsSupport?: string;
  readonly encrypted?: boolean;
  /** Parts of this that the bake says and nobody knows yet. */
  readonly unknown?: readonly OriginPart[];
  /** Known text that holds the image's id. */
  readonly output?: string;
}

/** What of an origin is compared beside the type. */
export type OriginPart = "architecture" | "regions" | "imdsSupport" | "encrypted";

/** The part of an origin that a bake can say of itself. */
export type Said = Pick<Origin, "instanceType" | "imdsSupport" | "encrypted" | "regions" | "unknown"> & {
  readonly architecture?: string;
};

/** Where an image may come from: several bakes where only the update will choose one, or none that could be found. */
export type Origins = readonly Origin[] | NotKnown;

export function isUnfound(origins: Origins): origins is NotKnown {
  return "reason" in origins;
}

/** Each origin once, however many ways lead to it. */
export function distinct(origins: readonly Origin[]): Origin[] {
  return [...new Map(origins.map((origin) => [JSON.stringify(origin), origin])).values()];
}
