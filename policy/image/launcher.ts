import type { PolicyResource } from "@pulumi/policy";
import { besideIn, type Graph } from "../stack/graph";
import { flag, isUnknown, list, read, text, UNKNOWN } from "../stack/known";
import type { Subject } from "../stack/rule";
import { LAUNCHING, TEMPLATES, TYPE } from "../stack/types";
import { launchesOf, launchOfTemplate } from "./launch";
import type { ImageUse } from "./origin";
import type { Origin } from "./origins";

/** Every place in a stack where an image is named that instances are launched from, each once. */
export function imageUses(graph: Graph): ImageUse[] {
  const templates = graph.ofType(...TEMPLATES).map(launchOfTemplate);
  const launches = graph.ofType(...LAUNCHING).flatMap(launchesOf);
  const uses = [...templates, ...launches].map(({ image }) => image).filter((one) => one !== undefined);
  return [...new Map(uses.map((use) => [JSON.stringify([use.user.urn, use.path ?? use.property]), use])).values()];
}

/** The image that a launcher names itself. */
export function imageOf(launcher: PolicyResource): ImageUse | undefined {
  if (TEMPLATES.includes(launcher.type)) return launchOfTemplate(launcher).image;
  return launchesOf(launcher)[0]?.image;
}

/** An EBS volume that a launcher states. */
export interface StatedVolume {
  /** Where it stands in the launcher's arguments. */
  readonly where: string;
  readonly volume: unknown;
  /** Its device, where that is known. */
  readonly name?: string;
}

export function volumesOf({ type, props }: Pick<Subject, "type" | "props">): StatedVolume[] {
  if (type === TYPE.launchTemplate) {
    return list(props, "blockDeviceMappings").flatMap((mapping, index) => {
      const volume = read(mapping, "ebs");
      const name = text(mapping, "deviceName");
      return volume === undefined ? [] : [{ where: `blockDeviceMappings[${index}].ebs`, volume, name }];
    });
  }
  const root = read(props, "rootBlockDevice");
  const more = list(props, "ebsBlockDevices").map((volume, index) => {
    return { where: `ebsBlockDevices[${index}]`, volume, name: text(volume, "deviceName") };
  });
  return root === undefined ? more : [{ where: "rootBlockDevice", volume: root }, ...more];
}

/** Where it is not known whether a volume is encrypted. */
export function unknownVolumes({ type, props }: Pick<Subject, "type" | "props">): string[] {
  const lists = type === TYPE.launchTemplate ? ["blockDeviceMappings"] : ["ebsBlockDevices", "rootBlockDevice"];
  const whole = lists.filter((key) => isUnknown(props, key) || list(props, key).includes(UNKNOWN));
  const parts = volumesOf({ type, props }).filter(({ volume }) => volume === UNKNOWN || isUnknown(volume, "encrypted"));
  return [...whole, ...parts.map(({ where }) => `${where}.encrypted`)];
}

/** What of the metadata options says whether a token is needed and is not known. */
export function unknownTokens(props: unknown): string[] {
  const paths = [["metadataOptions"], ["metadataOptions", "httpTokens"]];
  return paths.filter((path) => isUnknown(props, ...path)).map((path) => path.join("."));
}

/** Whether a volume is stated to be plain, or may be for all that the program says; undefined where it is not. */
export function plainness(volume: unknown): "stated" | "unstated" | undefined {
  if (flag(volume, "encrypted") === false) return "stated";
  // One from a snapshot is encrypted as the snapshot is, which only AWS knows.
  const saysNothing = ["encrypted", "snapshotId"].every((key) => read(volume, key) === undefined);
  return saysNothing && typeof volume === "object" && volume !== null ? "unstated" : undefined;
}

export function isEncrypted({ encrypted }: Origin): boolean {
  return encrypted === true;
}

/** Whether the account encrypts what is made there. @see https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html */
export function isEncryptedByDefault(resource: PolicyResource, graph: Graph): boolean {
  const defaults = besideIn(graph, TYPE.ebsEncryptionByDefault, resource);
  return defaults.some(({ props }) => flag(props, "enabled") !== false);
}
