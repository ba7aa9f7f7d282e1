import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../inputs/package-root";

/** A volume that the first boot mounts; none of its strings contains a blank or a quote. */
export interface MountedVolume {
  readonly deviceName: string;
  readonly mountPoint: string;
  readonly filesystem: string;
}

/** The script that mounts them, without its comments. */
export function mountVolumes(volumes: readonly MountedVolume[]): string {
  const text = readFileSync(join(packageRoot(), "packer", "boot", "mount-volumes.sh"), "utf8");
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  const told = volumes.map(({ deviceName, mountPoint, filesystem }) => `${deviceName} ${mountPoint} ${filesystem}`);
  return ["#!/bin/bash", `volumes='${told.join("\n")}'`, ...lines].join("\n");
}
