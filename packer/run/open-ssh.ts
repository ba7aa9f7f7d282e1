import type { Generation } from "../inputs/packer-files";
import type { BakeSpec } from "../spec/spec";

/**
 * The warning if Packer will open SSH to everybody during the bake although nobody asked for it; undefined if it will not, or if the
 * instance certainly has no public address.
 *
 * @param generation undefined if Packer is unknown
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
