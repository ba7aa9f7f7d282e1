import type { PolicyResource } from "@pulumi/policy";
import { imageRule, isEveryOrigin } from "../../image/compare";
import { imageOf, isEncrypted, isEncryptedByDefault, plainness, unknownVolumes, volumesOf } from "../../image/launcher";
import { assign, read } from "../../stack/known";
import { type Say, STRICT } from "../../stack/rule";
import { LAUNCHERS, TYPE } from "../../stack/types";

/**
 * What a launcher does not set may be encrypted by its image or the account's default: only an explicitly unencrypted volume is certain.
 */
export const volumesEncrypted = imageRule(
  {
    name: "volumes-encrypted",
    description: "An unencrypted volume can be read by anybody who gets its snapshot",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    remediationSteps:
      "Set encrypted to true on every volume; with the account's own key for EBS, nothing else is needed.",
    checkov: ["CKV_AWS_8"],
    configSchema: { properties: { strict: STRICT } },
  },
  async (graph, originsOf, say) => {
    const launchers = graph.ofType(...LAUNCHERS).filter((launcher) => !isEncryptedByDefault(launcher, graph));
    const images = launchers.map((launcher) => isEveryOrigin(imageOf(launcher), originsOf, isEncrypted));
    const encrypted = await Promise.all(images);
    for (const [index, launcher] of launchers.entries()) sayVolumes(launcher, encrypted[index] === true, say);
  },
  LAUNCHERS,
  (props, _, type) => {
    const plain = volumesOf({ type, props }).filter(({ volume }) => plainness(volume) !== undefined);
    const mended = plain.filter(({ volume }) => assign(volume, { encrypted: true }));
    const leavesRoot = type !== TYPE.launchTemplate && read(props, "rootBlockDevice") === undefined;
    if (leavesRoot) props.rootBlockDevice = { encrypted: true };
    return leavesRoot || mended.length > 0;
  },
);

/** A root volume follows its image, and every volume follows the account's default. */
function sayVolumes(launcher: PolicyResource, isImageEncrypted: boolean, say: Say): void {
  for (const where of unknownVolumes(launcher)) say.cannotKnow(launcher, where);
  for (const { where, volume, name } of volumesOf(launcher)) {
    const plain = plainness(volume);
    if (plain === undefined || (isImageEncrypted && (plain === "stated" || mayBeRoot(name)))) continue;
    const found =
      plain === "stated"
        ? `sets an unencrypted volume in ${where}`
        : `does not set encryption of the volume in ${where}`;
    say(launcher, found, "set 'encrypted' to true there", plain === "stated");
  }
  const leavesRoot = launcher.type !== TYPE.launchTemplate && read(launcher.props, "rootBlockDevice") === undefined;
  const hasTemplate = read(launcher.props, "launchTemplate") !== undefined;
  if (!leavesRoot || isImageEncrypted || hasTemplate) return;
  say(launcher, "leaves encryption of its root volume to the image", "set rootBlockDevice.encrypted to true", false);
}

/** The root volume of an encrypted image is encrypted; an explicitly unencrypted one is reported by encryption-matches-bake. */
function mayBeRoot(deviceName: string | undefined): boolean {
  return deviceName === undefined || ["/dev/xvda", "/dev/sda1", "/dev/sda"].includes(deviceName);
}
