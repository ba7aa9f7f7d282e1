import type * as pulumi from "@pulumi/pulumi";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import type { InstanceRequirements } from "./instance-requirements";

/** A type that is launched, and the argument that says so. */
export interface LaunchedType {
  readonly property: string;
  readonly type: string;
}

/** One image of a group, and what is launched from it. */
export interface ImageLaunch {
  /** Its name among `mixedInstances.images`; undefined for the group's own, which `imageId` gives. */
  readonly name?: string;
  readonly imageId: pulumi.Input<string>;
  /** The type in its launch template, in whose place the group's own stand; undefined where attributes choose it. */
  readonly instanceType?: string;
  readonly types: readonly LaunchedType[];
  readonly requirements: readonly RequiredTypes[];
}

/** Types that attributes choose, and the argument that says so. */
export interface RequiredTypes {
  readonly property: string;
  readonly set: InstanceRequirements;
}

type Launched = Pick<ChefAutoScalingGroupArgs, "instanceType" | "mixedInstances">;

/** A group's images, its own first. */
export function imageLaunches(args: Launched & Pick<ChefAutoScalingGroupArgs, "imageId">): ImageLaunch[] {
  const { imageId, instanceType, mixedInstances: { images = {} } = {} } = args;
  const own = { imageId, instanceType, ...ownLaunch(args) };
  const others = Object.entries(images).map(([name, id]) => {
    const types = launchedTypes(args, name);
    return { name, imageId: id, instanceType: types[0]?.type, types, requirements: requiredTypes(args, name) };
  });
  return [own, ...others];
}

/** What is launched from the group's own image. */
export function ownLaunch(args: Launched): Pick<ImageLaunch, "types" | "requirements"> {
  return { types: launchedTypes(args, undefined), requirements: requiredTypes(args, undefined) };
}

/** The types that are launched from an image. @param image its name, undefined for the group's own */
export function launchedTypes({ instanceType, mixedInstances }: Launched, image: string | undefined): LaunchedType[] {
  if (!mixedInstances) return image === undefined ? [{ property: "instanceType", type: instanceType }] : [];
  return (mixedInstances.types ?? []).flatMap(({ instanceType: type, image: own }, index) =>
    own === image ? [{ property: `mixedInstances.types.${index}.instanceType`, type }] : [],
  );
}

/** The sets of requirements whose types are launched from an image. */
function requiredTypes({ mixedInstances }: Launched, image: string | undefined): RequiredTypes[] {
  return (mixedInstances?.instanceRequirements ?? []).flatMap((set, index) =>
    set.image === image ? [{ property: `mixedInstances.instanceRequirements.${index}`, set }] : [],
  );
}

/** Name of the launch template of an image beside the group's own; it is known before the template is there. */
export function imageTemplateName(groupName: string, image: string): string {
  return `${groupName}-${image}`;
}
