import type { Architecture } from "./instance-family";

/** What is known of the bake that an image comes from. A missing property is not known. */
export interface Origin {
  /** For messages: "the bake 'web-bake'", "the tags of 'ami-…'". */
  readonly source: string;
  readonly instanceType?: string;
  /** Why the instance type is not known. */
  readonly untold?: string;
  readonly architecture?: Architecture;
  /** Where the image is, its copies counted. */
  readonly regions?: readonly string[];
  /** `v2.0` makes instances refuse unsigned metadata calls. */
  readonly imdsSupport?: string;
  readonly encrypted?: boolean;
  /** Known text that holds the image's id. */
  readonly output?: string;
}

/** The part of an origin that a bake can say of itself. */
export type Said = Pick<Origin, "instanceType" | "imdsSupport" | "encrypted" | "regions"> & {
  readonly architecture?: string;
};

/** Why a bake could not be found. */
export interface NoOrigin {
  readonly reason: string;
}

/** Where an image may come from: several bakes where only the update will choose one, or none that could be found. */
export type Origins = readonly Origin[] | NoOrigin;

export function isUnfound(origins: Origins): origins is NoOrigin {
  return "reason" in origins;
}
