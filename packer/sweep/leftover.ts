import type { Tag } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import { tagOf } from "../images/tags";

/** Temporary resources of a bake, in the order in which the sweep removes them: an instance holds most of the others. */
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

/** A temporary resource of a bake, and how to remove it. */
export interface Leftover {
  readonly kind: LeftoverKind;
  /** AWS's id, or the name; a path for a folder. */
  readonly id: string;
  /** If it differs from the id. @default the id */
  readonly name?: string;
  /** Name of the bake. Undefined if unknown: security groups of old Packer versions. */
  readonly bake?: string;
  /** Name of the bake's node and client. */
  readonly node?: string;
  /** When its bake started, or when it was created. Undefined if unknown. */
  readonly since?: Date;
  /** @throws if it could not be removed; it is fine if it is already gone */
  remove(signal?: AbortSignal): Promise<void>;
}

/** The information in the tags of a bake's resource. */
export function tagsTell(tags: readonly Tag[] | undefined, made?: Date): Pick<Leftover, "bake" | "node" | "since"> {
  const value = (key: string) => tagOf({ Tags: tags }, key);
  return { bake: value(TAG.bake), node: value(TAG.node), since: timeOf(value(TAG.started)) ?? made };
}

/** The bake of a name such as `bake-web-1a2b3c4d`: of a node, its client, its key pair. */
export function bakeOfNode(name: string): string | undefined {
  return /^bake-(.+)-[0-9a-f]{8}$/.exec(name)?.[1];
}

function timeOf(text: string | undefined): Date | undefined {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
