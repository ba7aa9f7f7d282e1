import type { PolicyResource } from "@pulumi/policy";
import { imageRule, isEveryOrigin } from "../../image/compare";
import { imageOf, isEncrypted, isEncryptedByDefault, plainness, unknownVolumes, volumesOf } from "../../image/launcher";
import { assign, read } from "../../stack/known";
import { type Say, STRICT } from "../../stack/rule";
import { LAUNCHERS, TYPE } from "../../stack/types";

/** What a launcher leaves open, its image or the account's default may encrypt: only a volume that is stated plain is one for certain. */
export const volumesEncrypted = imageRule(
  {
    name: "volumes-encrypted",
    description: "A plain volume can be read by whoever gets its snapshot",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    remediationSteps: "Set encrypted to true on every volume; the account's own key for EBS needs nothing else.",
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

/** A root volume follows its image, and every volume the account's default. */
function sayVolumes(launcher: PolicyResource, isImageEncrypted: boolean, say: Say): void {
  for (const where of unknownVolumes(launcher)) say.cannotKnow(launcher, where);
  for (const { where, volume, name } of volumesOf(launcher)) {
    const plain = plainness(volume);
    if (plain === undefined || (isImageEncrypted && (plain === "stated" || mayBeRoot(name)))) continue;
    const found =
      plain === "stated"
        ? `states a plain volume in ${where}`
        : `does not say that the volume in ${where} is encrypted`;
    say(launcher, found, "set its encrypted to true", plain === "stated");
  }
  const leavesRoot = launcher.type !== TYPE.launchTemplate && read(launcher.props, "rootBlockDevice") === undefined;
  const hasTemplate = read(launcher.props, "launchTemplate") !== undefined;
  if (!leavesRoot || isImageEncrypted || hasTemplate) return;
  say(launcher, "leaves its root volume as the image has it", "set rootBlockDevice.encrypted to true", false);
}

/** Of an encrypted image, a root volume is encrypted; one stated plain is the finding of encryption-matches-bake. */
function mayBeRoot(deviceName: string | undefined): boolean {
  return deviceName === undefined || ["/dev/xvda", "/dev/sda1", "/dev/sda"].includes(deviceName);
}
