import { compareLaunchers } from "../../image/compare";
import { unknownVolumes, volumesOf } from "../../image/launcher";
import { flag } from "../../stack/known";

/** EC2 refuses to launch an encrypted image with an explicitly unencrypted volume; the review finds this earlier. */
export const encryptionMatchesBake = compareLaunchers(
  {
    name: "encryption-matches-bake",
    description: "An encrypted image must be launched with encrypted volumes",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html",
    remediationSteps: "Set encrypted to true on the volumes of the launcher, or leave it to the image.",
  },
  "encrypted",
  (launcher, { encrypted, source }) => {
    if (encrypted !== true) return [];
    return volumesOf(launcher)
      .filter(({ volume }) => flag(volume, "encrypted") === false)
      .map(({ where }) => {
        const found = `sets an unencrypted volume in ${where} for an encrypted image (${source})`;
        return [launcher, found, "set encrypted to true"] as const;
      });
  },
  unknownVolumes,
);
