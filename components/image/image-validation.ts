import { chefMistakes } from "../connection/chef-connection";
import { convergenceMistakes } from "../group/convergence-validation";
import { architectureOf } from "../../aws/instance-architecture";
import type { Mistake } from "../validation/mistakes";
import { argumentMistakes } from "../validation/check-arguments";
import type { ChefImageArgs } from "./chef-image-args";
import { clientMistakes } from "./client-mistakes";
import { imageShape } from "./image-shape";

/** What is wrong with an image's arguments before its region and base image are known; the rest is the bake's own to check. */
export function imageMistakes(args: ChefImageArgs): Mistake[] {
  return argumentMistakes(args, imageShape, CHECKS);
}

const CHECKS: readonly ((args: ChefImageArgs) => readonly Mistake[])[] = [
  ({ chef }) => chefMistakes(chef),
  clientMistakes,
  baseImageMistakes,
  convergenceMistakes,
  architectureMistakes,
];

function architectureMistakes({ instanceType, architecture = "x86_64" }: ChefImageArgs): Mistake[] {
  if (architectureOf(instanceType) === architecture) return [];
  const expected = `a type of ${architecture}, as 'architecture' asks for`;
  const wayOut = `set 'architecture' to ${architectureOf(instanceType)} with a base image of that, or take another type`;
  return [{ property: "instanceType", value: instanceType, expected, wayOut }];
}

function baseImageMistakes({ baseImage }: ChefImageArgs): Mistake[] {
  const { id, ssmParameter, nameFilter, owners } = baseImage as Partial<Record<string, unknown>>;
  const ways = [id, ssmParameter, nameFilter ?? owners].filter((given) => given !== undefined);
  const whole = (nameFilter === undefined) === (owners === undefined);
  if (ways.length === 1 && whole) return [];
  const expected = "one of {id}, {ssmParameter}, {nameFilter, owners}";
  return [
    { property: "baseImage", value: baseImage, expected, wayOut: "say in one way which image the bake starts from" },
  ];
}
