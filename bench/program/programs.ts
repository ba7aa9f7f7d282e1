/** An image that moto knows from the start. */
const IMAGE = "ami-12c6146b";

/** Region of the groups. */
export const REGION = "us-east-1";

function identity(name: string) {
  return { name, key: { ssmParameter: `/chef/${name}` } };
}

/** Typical arguments of a group: scale-out and scale-in policies, the reaper as a function, the default VPC. */
export function groupArguments(name: string) {
  return {
    groupName: `bench-${name}`,
    imageId: IMAGE,
    instanceType: "t3.small",
    chef: { serverUrl: "https://chef.invalid", validator: identity("validator"), operator: identity("operator") },
    capacity: { min: 1, max: 4 },
    availabilityZones: [`${REGION}a`, `${REGION}b`],
    scaling: { out: {}, in: {} },
  };
}

/** The start of both programs. Pulumi loads a compiler for a program's first dynamic resource; that cost must not count for a group. */
const PRELUDE = `
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const count = new pulumi.Config().requireNumber("count");
const nothing: pulumi.dynamic.ResourceProvider = { create: async () => ({ id: "nothing", outs: {} }) };
new pulumi.dynamic.Resource(nothing, "first", {});
`;

/** @param components path of the built library */
export function libraryProgram(components: string): string {
  const args = JSON.stringify(groupArguments("NAME"));
  return `${PRELUDE}
import { ChefAutoScalingGroup } from ${JSON.stringify(components)};
for (let index = 0; index < count; index++) {
  const name = "g" + index;
  const args = ${args};
  new ChefAutoScalingGroup(name, { ...args, groupName: "bench-" + name });
}
`;
}

/**
 * Declares the same resources without components: with classes of @pulumi/aws, the same inputs, the outputs they come from, and the same
 * dependencies. It calls AWS once for what must be looked up: partition, region and account for the ARNs in policies, and the name of
 * the image's root device. Dynamic resources have the same inputs and do nothing.
 *
 * @param bundle path of the reaper's bundled code
 */
export function byHandProgram(bundle: string): string {
  return `${PRELUDE}
import { readFileSync } from "node:fs";
import { join } from "node:path";
type Plain = {
  type: string; name: string; urn: string; inputs: Record<string, unknown>;
  dependencies: string[]; propertyDependencies: Record<string, string[]>; ignoreChanges: string[];
};
type Make = new (name: string, inputs: object, options: pulumi.CustomResourceOptions) => pulumi.Resource & { id: pulumi.Output<string> };

const where = pulumi.all([
  aws.getPartitionOutput().partition,
  aws.getRegionOutput().region,
  aws.getCallerIdentityOutput().accountId,
]);
const rootDevice = aws.ec2.getAmiOutput({ filters: [{ name: "image-id", values: [${JSON.stringify(IMAGE)}] }] }).rootDeviceName;

/** What AWS says goes into inputs that are made of it: where the program is into policies, the device into volumes. */
const answers: Record<string, pulumi.Output<unknown>> = { policy: where, blockDeviceMappings: rootDevice };

const modules = aws as unknown as Record<string, Record<string, Make>>;

function classOf(type: string): Make {
  const [, path, kind] = type.split(":");
  if (type.startsWith("aws:")) return modules[path.split("/")[0]][kind];
  return class extends pulumi.dynamic.Resource {
    constructor(name: string, inputs: object, options: pulumi.CustomResourceOptions) {
      super(nothing, name, inputs, options, "chef-autoscaling", kind);
    }
  };
}

const text = readFileSync(join(__dirname, "resources.json"), "utf8");
for (let index = 0; index < count; index++) {
  const made = new Map<string, InstanceType<Make>>();
  const found = (urns: readonly string[]) => urns.flatMap((urn) => made.get(urn) ?? []);
  for (const plain of JSON.parse(text.replaceAll("g0", "g" + index)) as Plain[]) {
    const { type, name, urn, dependencies, propertyDependencies, ignoreChanges } = plain;
    const inputs: Record<string, unknown> = { ...plain.inputs };
    for (const [property, urns] of Object.entries(propertyDependencies)) {
      const sources = found(urns).map((source) => source.id);
      if (sources.length > 0) inputs[property] = pulumi.all(sources).apply(() => plain.inputs[property]);
    }
    for (const [property, answer] of Object.entries(answers)) {
      if (property in inputs) inputs[property] = pulumi.all([answer, inputs[property]]).apply(([, value]) => value);
    }
    if (inputs.code) inputs.code = new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(${JSON.stringify(bundle)}) });
    const Class = classOf(type);
    made.set(urn, new Class(name, inputs, { dependsOn: found(dependencies), ignoreChanges: [...ignoreChanges] }));
  }
}
`;
}
