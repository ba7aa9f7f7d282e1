import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../graph";
import { flag, list, read, text } from "../known";
import type { Subject } from "../rule";
import { LAUNCHERS, TYPE } from "../types";

/** An instance type that is launched, and the resource that says so. */
export interface Launched {
  readonly instanceType: string;
  readonly statedBy: PolicyResource;
}

export function launchersOf(graph: Graph): readonly PolicyResource[] {
  return graph.ofType(...LAUNCHERS);
}

/** The property that holds the image's id. */
export function imageProperty({ type }: Pick<PolicyResource, "type">): string {
  return type === TYPE.instance ? "ami" : "imageId";
}

/**
 * All instance types that a template, a configuration or an instance comes to run. A group's own list replaces the type of
 * its template; a template that no group lists types for launches its own.
 */
export function launchedTypes(launcher: PolicyResource, graph: Graph): Launched[] {
  const groups = graph.users(launcher, TYPE.group, "mixedInstancesPolicy");
  const listed = groups.flatMap((group) => overridesOf(group).map((override) => ({ group, override })));
  const types = listed.flatMap(({ group, override }) => {
    const instanceType = text(override, "instanceType");
    return instanceType === undefined ? [] : [{ instanceType, statedBy: group }];
  });
  const ownCounts = listed.length === 0 || graph.users(launcher, TYPE.group, "launchTemplate").length > 0;
  const own = text(launcher.props, "instanceType");
  return own !== undefined && ownCounts ? [{ instanceType: own, statedBy: launcher }, ...types] : types;
}

function overridesOf(group: PolicyResource): unknown[] {
  return list(group.props, "mixedInstancesPolicy", "launchTemplate", "overrides");
}

/** The region a resource is created in, where the program states one. */
export function regionOf(resource: PolicyResource): string | undefined {
  return text(resource.props, "region") ?? text(resource.provider?.props, "region");
}

/** The EBS volumes that a launcher states, by where they stand in its arguments. */
export function volumesOf({ type, props }: Subject): { where: string; volume: unknown }[] {
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
