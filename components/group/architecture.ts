import { architectureOf } from "../../aws/instance-architecture";
import type { ValidationIssue } from "../validation/issues";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { type ImageLaunch, launchedTypes } from "./image-launch";
import { type InstanceRequirements, requiredArchitectures } from "./instance-requirements";

type Types = Pick<ChefAutoScalingGroupArgs, "instanceType" | "mixedInstances">;

/** An image is launched on all of its types, and none is of both architectures. */
export function architectureIssues(args: Types): ValidationIssue[] {
  const images = [undefined, ...Object.keys(args.mixedInstances?.images ?? {})];
  return images.flatMap((image) => {
    const [first, ...others] = launchedTypes(args, image);
    if (!first) return [];
    return others.flatMap(({ property, type }) => {
      if (architectureOf(type) === architectureOf(first.type)) return [];
      const expected = `a type of ${architectureOf(first.type)}, as ${first.type} is, which has the same image`;
      const fix = "give it an image of its own: one of 'mixedInstances.images', named as the type's 'image'";
      return [{ property, value: type, expected, fix }];
    });
  });
}

/** Whether an image's types can boot it. @param architecture of the image; undefined where nothing tells it */
export function imageArchitectureIssues(
  { types, requirements }: Pick<ImageLaunch, "types" | "requirements">,
  architecture: string | undefined,
): ValidationIssue[] {
  if (architecture !== "x86_64" && architecture !== "arm64") return [];
  const expected = `a type of ${architecture}, as the image is`;
  const fix = "take a type of that architecture, or an image of the other";
  const others = types.filter(({ type }) => architectureOf(type) !== architecture);
  const closed = requirements.filter(({ set }) => !requiredArchitectures(set).includes(architecture));
  return [
    ...others.map(({ property, type }) => ({ property, value: type, expected, fix })),
    // AWS takes types of the image's architecture; where the set lets in none, it would find no type at all
    ...closed.map(({ property, set }) => ({
      property,
      value: shown(set),
      expected: `a set that lets in ${expected}`,
      fix,
    })),
  ];
}

function shown({ cpuManufacturers, allowedInstanceTypes }: InstanceRequirements) {
  return { cpuManufacturers, allowedInstanceTypes };
}
