import { parseJson } from "../../common/json";
import type { BakeEnvironment } from "../../contract/bake-environment";
import { TAG } from "../../contract/image-tags";
import { type Fields, fields } from "../spec/fields";

/** Identifies the images of a stack's bakes of one name. */
export interface OwnedImages {
  /** Name of the bake. */
  readonly name: string;
  /** Region in which it bakes. */
  readonly region: string;
  /** Regions to which the images are copied. */
  readonly copies: readonly string[];
  /** Project and stack, as in the images' tag. */
  readonly stack: string;
}

/**
 * The images for a `delete`: from BAKE_IMAGES, or from BAKE_SPEC in the states of earlier versions.
 *
 * @returns undefined if they are to be kept
 * @throws if the environment names none
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
