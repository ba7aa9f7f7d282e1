import { isPlain, volumesOf } from "../../image/launcher";
import { assign, read } from "../../known";
import { resourceRule } from "../../rule";
import { LAUNCHERS, TYPE } from "../../types";

export const volumesEncrypted = resourceRule(
  {
    name: "volumes-encrypted",
    description: "A plain volume can be read by whoever gets its snapshot",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    remediationSteps: "Set encrypted to true on every volume; the account's own key for EBS needs nothing else.",
    checkov: ["CKV_AWS_8"],
  },
  LAUNCHERS,
  (launcher, say) => {
    for (const { where, volume } of volumesOf(launcher)) {
      if (isPlain(volume)) say(launcher, `has a plain volume in ${where}`, "set its encrypted to true");
    }
    if (launcher.type !== TYPE.launchTemplate && read(launcher.props, "rootBlockDevice") === undefined) {
      say(launcher, "leaves its root volume as the image has it", "set rootBlockDevice.encrypted to true");
    }
  },
  (props, _, type) => {
    const plain = volumesOf({ type, props }).filter(({ volume }) => isPlain(volume));
    const mended = plain.filter(({ volume }) => assign(volume, { encrypted: true }));
    const leavesRoot = type !== TYPE.launchTemplate && read(props, "rootBlockDevice") === undefined;
    if (leavesRoot) props.rootBlockDevice = { encrypted: true };
    return leavesRoot || mended.length > 0;
  },
);
