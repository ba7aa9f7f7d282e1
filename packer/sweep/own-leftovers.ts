import type { BakeSpec } from "../spec/spec";
import { find, remove } from "./sweep";
import { describeSwept } from "./sweep-report";

/** What is known of a run that failed. */
export interface FailedRun {
  readonly nodeName: string;
  /** Everything that its Packer wrote. */
  readonly log: string;
}

/**
 * Removes what a run's Packer made and did not remove again: because it was killed, as the kernel does when memory runs out,
 * or because AWS refused at that moment. Finds nothing after a Packer that ended in good order.
 * @throws when something is still there
 */
export async function removeOwnLeftovers(spec: BakeSpec, { nodeName, log }: FailedRun): Promise<void> {
  // Nobody else works on them, so that their age does not matter
  const options = { region: spec.region, bake: spec.name, olderThanMinutes: 0, ageless: true };
  // Old Packer tags no security group, but says its name
  const group = /Creating temporary security group for this instance: (\S+)/.exec(log)?.[1];
  const found = (await find(options)).filter(
    ({ kind, node, name }) => kind !== "folder" && (node === nodeName || (group !== undefined && name === group)),
  );
  const { swept } = await remove(found, options);
  const failed = swept.filter(({ outcome }) => outcome !== "removed").map(describeSwept);
  if (failed.length > 0)
    throw new Error(`the bake left resources behind, which 'chef-autoscaling sweep' removes: ${failed.join("; ")}`);
}
