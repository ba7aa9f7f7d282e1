import { REGION } from "../aws/region";
import { isRecord } from "../common/json";
import type { ChefNode } from "./client";

const ZONES_REGION = new RegExp(`^${REGION}`);

/** An attribute that Ohai wrote under `automatic.ec2`; undefined if it is not a string, as before the first converged run. */
export function ec2Text(node: ChefNode, attribute: string): string | undefined {
  const ec2 = isRecord(node.automatic) ? node.automatic.ec2 : undefined;
  const value = isRecord(ec2) ? ec2[attribute] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * The region in which a node ran. Ohai writes it since version 15, and the zone in all versions; names of local and wavelength zones also
 * start with the region.
 */
export function regionOfNode(node: ChefNode): string | undefined {
  const zone = ec2Text(node, "placement_availability_zone") ?? ec2Text(node, "availability_zone");
  return ec2Text(node, "region") ?? zone?.match(ZONES_REGION)?.[0];
}

/** Time of the last Ohai run, milliseconds since 1970; updated at every converged run. */
export function convergedAt(node: ChefNode): number | undefined {
  const seconds = isRecord(node.automatic) ? node.automatic.ohai_time : undefined;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
