import type { ChefAutoScalingGroupArgs, ChefConnection, ChefImageArgs } from "../components";
import { chefConnection } from "../components/connection/chef-connection-shape";
import type { Capacity } from "../components/group/capacity";
import { capacityShape, groupShape } from "../components/group/group-shape";
import { imageShape } from "../components/image/image-shape";
import { flag, mapOf, matching, needed, object, type ShapeOf, text, without } from "../components/validation/shape";

/** The stack's configuration: the components' arguments, with their names in the configuration. */
export interface FleetConfig {
  /**
   * Existing image; instead of `bake` and `imageFrom`. With `-c imageId=ami-…` it overrides them until `pulumi config rm imageId`.
   *
   * @default the image of `bake`
   */
  readonly imageId?: string;
  /** Image that another stack bakes; instead of `bake`. @default none */
  readonly imageFrom?: ImageFrom;
  /** Whether Packer, Chef server, keys, images and the default VPC are checked before anything is created. @default true */
  readonly preflight: boolean;
  /** ARN of the permissions boundary for every role that is created. @default none */
  readonly permissionsBoundary?: string;
  /** The Chef server and the two clients that the fleet uses. */
  readonly chef: ChefConnection;
  /** The bake; leave it out if `imageId` or `imageFrom` is set. @default none */
  readonly bake?: BakeConfig;
  /** The groups by name; in AWS each is named `<stack>-<name>`. @default none, for a stack that only bakes */
  readonly groups: Readonly<Record<string, GroupConfig>>;
}

/** The stack output with the image. */
export interface ImageFrom {
  /** Stack that bakes: `organization/project/stack`. */
  readonly stack: string;
  /** Name of the output with the image's id. @default "imageId" */
  readonly output?: string;
}

/** Arguments that the stack sets for all, or under another name. */
const ELSEWHERE = {
  bake: ["imageName", "chef", "permissionsBoundary"],
  group: ["groupName", "imageId", "capacity", "chef", "permissionsBoundary"],
} as const;

/** A bake with its name. */
export interface BakeConfig extends Omit<ChefImageArgs, (typeof ELSEWHERE.bake)[number]> {
  /** Prefix of the image's name. */
  readonly name: string;
}

/** A group, with its sizes next to its other settings. */
export interface GroupConfig extends Omit<ChefAutoScalingGroupArgs, (typeof ELSEWHERE.group)[number]>, Capacity {}

const bake = { name: needed(text), ...without(imageShape, ...ELSEWHERE.bake) } satisfies ShapeOf<BakeConfig>;
const group = { ...capacityShape, ...without(groupShape, ...ELSEWHERE.group) } satisfies ShapeOf<GroupConfig>;

/** The same kinds as those of the components. */
export const fleetShape = {
  imageId: matching(/^ami-/, "an AMI id (ami-…)"),
  imageFrom: object({
    stack: needed(matching(/^[^/\s]+(\/[^/\s]+){0,2}$/, "a stack's name (organization/project/stack)")),
    output: text,
  } satisfies ShapeOf<ImageFrom>),
  preflight: needed(flag),
  permissionsBoundary: text,
  chef: needed(chefConnection),
  bake: object(bake),
  groups: needed(
    mapOf(
      object(group),
      matching(/^[a-z][a-z0-9-]*$/, "a name of lowercase letters, digits and dashes", "give it another name"),
    ),
  ),
} satisfies ShapeOf<FleetConfig>;
