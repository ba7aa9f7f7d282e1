import type { ChefAutoScalingGroupArgs, ChefConnection, ChefImageArgs } from "../components";
import { chefConnection } from "../components/connection/chef-connection-shape";
import type { Capacity } from "../components/group/capacity";
import { capacityShape, groupShape } from "../components/group/group-shape";
import { imageShape } from "../components/image/image-shape";
import { flag, mapOf, matching, needed, object, type ShapeOf, text, without } from "../components/validation/shape";

/** The stack's configuration: what the components are told, under the names that it has there. */
export interface FleetConfig {
  /**
   * Ready image; instead of `bake` and `imageFrom`, or over them with `-c imageId=ami-…`, which stays until
   * `pulumi config rm imageId`.
   *
   * @default what `bake` bakes
   */
  readonly imageId?: string;
  /** Image that another stack bakes; instead of `bake`. @default none */
  readonly imageFrom?: ImageFrom;
  /** Tries Packer, Chef server, keys, images and the default VPC before anything is created. @default true */
  readonly preflight: boolean;
  /** ARN of the permissions boundary of every role. @default none */
  readonly permissionsBoundary?: string;
  /** The Chef server, and the two clients of it that the fleet uses. */
  readonly chef: ChefConnection;
  /** The bake; left out where `imageId` or `imageFrom` is given. @default none */
  readonly bake?: BakeConfig;
  /** The groups by name; in AWS each is called `<stack>-<name>`. @default none, for a stack that only bakes */
  readonly groups: Readonly<Record<string, GroupConfig>>;
}

/** Where another stack says which image it baked. */
export interface ImageFrom {
  /** Stack that bakes: `organization/project/stack`. */
  readonly stack: string;
  /** Its output that holds the image's id. @default "imageId" */
  readonly output?: string;
}

/** What the stack says once for all, or under another name. */
const ELSEWHERE = {
  bake: ["imageName", "chef", "permissionsBoundary"],
  group: ["groupName", "imageId", "capacity", "chef", "permissionsBoundary"],
} as const;

/** A bake under its name. */
export interface BakeConfig extends Omit<ChefImageArgs, (typeof ELSEWHERE.bake)[number]> {
  /** Begins the image's name. */
  readonly name: string;
}

/** A group, with its sizes beside everything else. */
export interface GroupConfig extends Omit<ChefAutoScalingGroupArgs, (typeof ELSEWHERE.group)[number]>, Capacity {}

const bake = { name: needed(text), ...without(imageShape, ...ELSEWHERE.bake) } satisfies ShapeOf<BakeConfig>;
const group = { ...capacityShape, ...without(groupShape, ...ELSEWHERE.group) } satisfies ShapeOf<GroupConfig>;

/** The same kinds that the components ask for. */
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
