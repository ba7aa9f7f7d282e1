import * as pulumi from "@pulumi/pulumi";
import { architectureOf } from "../../aws/instance-architecture";
import {
  ChefAutoScalingGroup,
  type ChefAutoScalingGroupArgs,
  ChefImage,
  type MixedInstanceType,
} from "../../components";
import { CHEF } from "../helpers/arguments";
import { declare } from "../helpers/declare";
import { type TestResource, UNKNOWN_TEXT } from "./stack";

/** Values that only a provider computes, which are unknown on a first preview. */
const MADE_UP = /:123456789012:|\/123456789012\/|-id\b|ami-0baked/;

type Dependencies = Readonly<Record<string, readonly string[]>>;

/** The part of a registration request with the dependencies of properties. */
interface Registration {
  getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): string[] }]> };
}

type Answered = (error: Error | null, response?: { getUrn(): string }) => void;

/** A bake and one group of this library, as the engine sends them to a policy pack on the first preview. */
export function declareLibrary(args: Omit<ChefAutoScalingGroupArgs, "imageId">): Promise<TestResource[]> {
  return firstPreview(() => {
    const baseImage = { id: "ami-0ba5e" };
    const { instanceType } = args;
    const architecture = architectureOf(instanceType);
    const image = new ChefImage("web", { imageName: "web", instanceType, architecture, baseImage, chef: CHEF });
    new ChefAutoScalingGroup("web", { ...args, imageId: image.imageId });
  });
}

/** One group with several images, each baked on a different type; the first one is the group's own. */
export function declareImages(
  bakes: Readonly<Record<string, string>>,
  types: readonly MixedInstanceType[],
): Promise<TestResource[]> {
  return firstPreview(() => {
    const baked = Object.entries(bakes).map(([name, instanceType]) => {
      const args = { imageName: name, architecture: architectureOf(instanceType), baseImage: { id: "ami-0ba5e" } };
      return [name, new ChefImage(name, { ...args, instanceType, chef: CHEF }).imageId] as const;
    });
    const [[, imageId] = ["", ""], ...others] = baked;
    new ChefAutoScalingGroup("web", {
      groupName: "staging-web",
      chef: CHEF,
      subnetIds: ["subnet-1", "subnet-2"],
      imageId,
      instanceType: Object.values(bakes)[0] ?? "",
      capacity: { min: 1, max: 2 },
      mixedInstances: { types, images: Object.fromEntries(others) },
    });
  });
}

/** What a program declares, as the engine sends it to a policy pack on the first preview. */
export async function firstPreview(program: () => void): Promise<TestResource[]> {
  const links = new Map<string, Dependencies>();
  const declaration = await declare(() => {
    recordLinks(links);
    program();
  });
  return declaration.resources.map(({ type, name, urn, inputs, parent, dependencies }) => {
    const propertyDependencies = links.get(urn) ?? {};
    const props = asUnknown(inputs);
    return { type, name, urn, parent, dependencies, propertyDependencies, region: "eu-west-3", props };
  });
}

function recordLinks(links: Map<string, Dependencies>): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: Registration, answered: Answered): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answered) =>
    register(request, (error, response) => {
      const entries = [...request.getPropertydependenciesMap().entries()];
      if (response)
        links.set(response.getUrn(), Object.fromEntries(entries.map(([key, from]) => [key, from.getUrnsList()])));
      answered(error, response);
    });
}

/** Inputs in which everything is unknown that comes from a resource which does not exist yet. */
function asUnknown(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(inputs, (_, value) => (typeof value === "string" && MADE_UP.test(value) ? UNKNOWN_TEXT : value)),
  );
}
