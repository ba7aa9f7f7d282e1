import { isPlain, volumesOf } from "../../image/launcher";
import { resourceRule } from "../../rule";
import { LAUNCHERS } from "../../types";

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
  },
);
