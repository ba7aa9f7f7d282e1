import { parseJson } from "../../chef/json";
import type { BakeEnvironment } from "../../contract/bake-environment";
import { TAG } from "../../contract/image-tags";
import { type Fields, fields } from "../spec/fields";

/** By what the images are found that a stack's bakes of one name made. */
export interface OwnedImages {
  /** Of the bake. */
  readonly name: string;
  /** Where it bakes. */
  readonly region: string;
  /** Regions that the images are copied to. */
  readonly copies: readonly string[];
  /** Project and stack, as the images' tag has them. */
  readonly stack: string;
}

/**
 * The images that a `delete` is for: BAKE_IMAGES, or BAKE_SPEC as the states of earlier versions have it.
 *
 * @returns undefined where they are to be kept
 * @throws when the environment tells of none
 */
export function ownedImages({ BAKE_IMAGES, BAKE_SPEC }: BakeEnvironment): OwnedImages | undefined {
  const told = BAKE_IMAGES ? fields(parseJson(BAKE_IMAGES)) : BAKE_SPEC && fromSpec(fields(parseJson(BAKE_SPEC)));
  if (told === "kept") return undefined;
  const { name, region, copies, stack } = fields(told);
  if (isText(name) && isText(region) && isText(stack)) {
    return { name, region, stack, copies: Array.isArray(copies) ? copies.filter(isText) : [] };
  }
  throw new Error(
    "'BAKE_IMAGES' names no images, expected {name, region, copies, stack}; the Pulumi program sets it, `pulumi destroy` runs this command",
  );
}

function fromSpec(spec: Fields): Fields | "kept" {
  if (spec.keepOnDestroy === true) return "kept";
  return { ...spec, copies: Object.keys(fields(spec.copies)), stack: fields(spec.tags)[TAG.stack] };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
