import { REGION } from "../aws/region";
import type { ChefNode } from "./client";
import { isRecord } from "./json";

const ZONES_REGION = new RegExp(`^${REGION}`);

/** What Ohai wrote of a node's instance under `automatic.ec2`; undefined where it is no text, as before the first converged run. */
export function ec2Text(node: ChefNode, attribute: string): string | undefined {
  const ec2 = isRecord(node.automatic) ? node.automatic.ec2 : undefined;
  const value = isRecord(ec2) ? ec2[attribute] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The region a node ran in. Ohai writes it from version 15 on, the zone ever since; local and wavelength zones begin with it too. */
export function regionOfNode(node: ChefNode): string | undefined {
  const zone = ec2Text(node, "placement_availability_zone") ?? ec2Text(node, "availability_zone");
  return ec2Text(node, "region") ?? zone?.match(ZONES_REGION)?.[0];
}
