import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../graph";
import { flag, isAbsent, list, read, text } from "../known";
import type { Subject } from "../rule";
import { LAUNCHERS, TYPE } from "../types";

/** What launches instances from an image; a template can leave the image to whoever launches from it. */
export function launchersOf(graph: Graph): PolicyResource[] {
  return graph.ofType(...LAUNCHERS).filter((launcher) => {
    const property = imageProperty(launcher);
    return !isAbsent(launcher.props, property) || (launcher.propertyDependencies[property] ?? []).length > 0;
  });
}

/** The property that holds the image's id. */
export function imageProperty({ type }: Pick<PolicyResource, "type">): string {
  return type === TYPE.instance ? "ami" : "imageId";
}

/** The region a resource is created in, where the program states one. */
export function regionOf(resource: PolicyResource): string | undefined {
  return text(resource.props, "region") ?? text(resource.provider?.props, "region");
}

/** The EBS volumes that a launcher states, by where they stand in its arguments. */
export function volumesOf({ type, props }: Pick<Subject, "type" | "props">): { where: string; volume: unknown }[] {
  if (type === TYPE.launchTemplate) {
    return list(props, "blockDeviceMappings").flatMap((mapping, index) => {
      const volume = read(mapping, "ebs");
      return volume === undefined ? [] : [{ where: `blockDeviceMappings[${index}].ebs`, volume }];
    });
  }
  const root = read(props, "rootBlockDevice");
  const more = list(props, "ebsBlockDevices").map((volume, index) => ({ where: `ebsBlockDevices[${index}]`, volume }));
  return root === undefined ? more : [{ where: "rootBlockDevice", volume: root }, ...more];
}

/** Whether a volume is certainly not encrypted; one from a snapshot has its snapshot's encryption, which only AWS knows. */
export function isPlain(volume: unknown): boolean {
  if (flag(volume, "encrypted") === false) return true;
  return ["encrypted", "snapshotId"].every((key) => read(volume, key) === undefined) && volume !== undefined;
}
