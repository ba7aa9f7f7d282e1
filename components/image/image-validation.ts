import { architectureOf } from "../../aws/instance-architecture";
import { chefIssues } from "../connection/chef-connection";
import { convergenceIssues } from "../group/convergence-validation";
import { argumentIssues } from "../validation/check-arguments";
import type { ValidationIssue } from "../validation/issues";
import type { ChefImageArgs } from "./chef-image-args";
import { clientIssues } from "./client-issues";
import { imageShape } from "./image-shape";
import { earlyOrderIssues } from "./image-spec";

/** What is wrong with an image's arguments, as far as it shows before its region and base image are known. */
export function imageIssues(args: ChefImageArgs): ValidationIssue[] {
  const wrong = argumentIssues(args, imageShape, CHECKS);
  return wrong.length > 0 ? wrong : earlyOrderIssues(args);
}

const CHECKS: readonly ((args: ChefImageArgs) => readonly ValidationIssue[])[] = [
  ({ chef }) => chefIssues(chef),
  clientIssues,
  baseImageIssues,
  convergenceIssues,
  architectureIssues,
];

function architectureIssues({ instanceType, architecture = "x86_64" }: ChefImageArgs): ValidationIssue[] {
  if (architectureOf(instanceType) === architecture) return [];
  const expected = `a type of ${architecture}, as 'architecture' asks for`;
  const fix = `set 'architecture' to ${architectureOf(instanceType)} with a base image of that, or take another type`;
  return [{ property: "instanceType", value: instanceType, expected, fix }];
}

function baseImageIssues({ baseImage }: ChefImageArgs): ValidationIssue[] {
  const { id, ssmParameter, nameFilter, owners } = baseImage as Partial<Record<string, unknown>>;
  const ways = [id, ssmParameter, nameFilter ?? owners].filter((given) => given !== undefined);
  const whole = (nameFilter === undefined) === (owners === undefined);
  if (ways.length === 1 && whole) return [];
  const expected = "one of {id}, {ssmParameter}, {nameFilter, owners}";
  return [
    { property: "baseImage", value: baseImage, expected, fix: "say in one way which image the bake starts from" },
  ];
}
