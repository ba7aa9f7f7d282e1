import type { BakeSpec } from "../spec/spec";
import { find, remove } from "./sweep";
import { describeSwept } from "./sweep-report";

/** What is known about a failed run. */
export interface FailedRun {
  readonly nodeName: string;
  /** Packer's whole output. */
  readonly log: string;
}

/**
 * Removes what a run's Packer created and did not remove: because it was killed, for example by the kernel when memory runs out, or because
 * AWS refused at that moment. Finds nothing after a Packer that exited normally.
 *
 * @throws if something still exists
 */
export async function removeOwnLeftovers(spec: BakeSpec, { nodeName, log }: FailedRun): Promise<void> {
  // Nothing else uses them, so their age does not matter
  const options = { region: spec.region, bake: spec.name, olderThanMinutes: 0, ageless: true };
  // Old versions of Packer do not tag security groups, but print their names
  const group = /Creating temporary security group for this instance: (\S+)/.exec(log)?.[1];
  const found = (await find(options)).filter(
    ({ kind, node, name }) => kind !== "folder" && (node === nodeName || (group !== undefined && name === group)),
  );
  const { swept } = await remove(found, options);
  const failed = swept.filter(({ outcome }) => outcome !== "removed").map(describeSwept);
  if (failed.length > 0)
    throw new Error(`the bake left resources behind, which 'chef-autoscaling sweep' removes: ${failed.join("; ")}`);
}
