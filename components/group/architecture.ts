import { architectureOf } from "../../aws/instance-architecture";
import type { ValidationIssue } from "../validation/issues";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";

type Types = Pick<ChefAutoScalingGroupArgs, "instanceType" | "mixedInstances">;

/** The instance types that a group may launch. */
function launchedTypes({
  instanceType,
  mixedInstances,
}: Types): { readonly property: string; readonly type: string }[] {
  if (!mixedInstances) return [{ property: "instanceType", type: instanceType }];
  return mixedInstances.types.map(({ instanceType: type }, index) => ({
    property: `mixedInstances.types.${index}.instanceType`,
    type,
  }));
}

/** One image is launched on all types, and an image has only one architecture. */
export function architectureIssues(args: Types): ValidationIssue[] {
  const [first, ...others] = launchedTypes(args);
  if (!first) return [];
  return others.flatMap(({ property, type }) => {
    if (architectureOf(type) === architectureOf(first.type)) return [];
    const expected = `a type of ${architectureOf(first.type)}, as ${first.type} is`;
    return [{ property, value: type, expected, fix: "declare a group with its own image for each architecture" }];
  });
}

/**
 * Whether the types can boot the image.
 *
 * @param architecture of the image; undefined if unknown
 */
export function imageArchitectureIssues(args: Types, architecture: string | undefined): ValidationIssue[] {
  if (architecture !== "x86_64" && architecture !== "arm64") return [];
  return launchedTypes(args).flatMap(({ property, type }) => {
    if (architectureOf(type) === architecture) return [];
    const expected = `a type of ${architecture}, as the image is`;
    return [{ property, value: type, expected, fix: "choose a type of that architecture, or an image of the other" }];
  });
}
