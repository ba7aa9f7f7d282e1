import type { Tag } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import { tagOf } from "../images/tags";

/** What a bake makes for its own time, in the order in which the sweep removes it: an instance holds most of the others. */
export const LEFTOVER_KINDS = [
  "instance",
  "volume",
  "key pair",
  "launch template",
  "security group",
  "image",
  "snapshot",
  "node and client",
  "folder",
] as const;

export type LeftoverKind = (typeof LEFTOVER_KINDS)[number];

/** Something that a bake made for its own time, found there, with the way to remove it. */
export interface Leftover {
  readonly kind: LeftoverKind;
  /** Id where AWS gives one, otherwise the name; a path for a folder. */
  readonly id: string;
  /** Where the id is none. @default the id */
  readonly name?: string;
  /** Name of the bake. Undefined where nothing tells it: old Packer's security groups. */
  readonly bake?: string;
  /** Name of the bake's node and client. */
  readonly node?: string;
  /** When its bake began, or when it was made itself. Undefined where nothing tells it. */
  readonly since?: Date;
  /** @throws when it could not be removed; that it is gone already is fine */
  remove(signal?: AbortSignal): Promise<void>;
}

/** What the tags of a bake's resource tell. */
export function tagsTell(tags: readonly Tag[] | undefined, made?: Date): Pick<Leftover, "bake" | "node" | "since"> {
  const value = (key: string) => tagOf({ Tags: tags }, key);
  return { bake: value(TAG.bake), node: value(TAG.node), since: timeOf(value(TAG.started)) ?? made };
}

/** The bake that a name as `bake-web-1a2b3c4d` belongs to: of a node, its client, its key pair. */
export function bakeOfNode(name: string): string | undefined {
  return /^bake-(.+)-[0-9a-f]{8}$/.exec(name)?.[1];
}

function timeOf(text: string | undefined): Date | undefined {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
