import type { Generation } from "../inputs/packer-files";
import type { BakeSpec } from "../spec/spec";

/**
 * What to say where Packer will open SSH to everybody for the time of the bake, and nobody asked for that; undefined where it will not, or the
 * instance is sure to have no public address.
 *
 * @param generation undefined where no Packer is known
 */
export function openSsh(spec: BakeSpec, generation: Generation | undefined): string | undefined {
  const { sshSourceCidrs = [], associatePublicIpAddress: asked, subnetId, instanceStore } = spec;
  // Packer then adds no rule to its security group
  if (spec.sessionManager) return undefined;
  if (sshSourceCidrs.length > 0 || asked === false) return undefined;
  const canAskItself = generation === "modern" && !instanceStore;
  if (canAskItself && asked) return undefined;
  const perhaps = subnetId && asked === undefined ? ", if its subnet assigns a public address" : "";
  const other = canAskItself
    ? ", or 'associatePublicIpAddress' to true, so that only this machine's address is allowed"
    : "";
  const none = perhaps ? ", or 'associatePublicIpAddress' to false if it needs none" : "";
  return `the bake's instance accepts SSH from everybody${perhaps}: set 'sshSourceCidrs' to the addresses you bake from${other}${none}, or 'sessionManager', which needs no open port`;
}
