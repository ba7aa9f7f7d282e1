import type { PolicyResource } from "@pulumi/policy";
import { type Architecture, architectureOf } from "../../aws/instance-architecture";
import { type Graph, regionOf } from "../stack/graph";
import { list, text } from "../stack/known";
import { outputsOf } from "../stack/stated";
import { TYPE } from "../stack/types";
import type { Origin } from "./origins";

/** What resources of AWS that make images say of them, without a command that bakes; undefined for any other. */
export function originsOfResource(source: PolicyResource, graph: Graph): Origin[] | undefined {
  switch (source.type) {
    case TYPE.amiFromInstance:
      return [ofInstance(source, graph)];
    case TYPE.ami:
      return [registered(source)];
    case TYPE.builderImage:
    case TYPE.builderPipeline:
      return built(source, graph);
    default:
      return undefined;
  }
}

/** What ran is what baked: the image is the instance's disk. */
function ofInstance(image: PolicyResource, graph: Graph): Origin {
  const [instance] = graph.sources(image, "sourceInstanceId", TYPE.instance);
  const instanceType = text(instance?.props, "instanceType");
  const region = regionOf(image);
  const reason = `the type of the instance that '${image.name}' is made from is not in this stack`;
  return {
    source: instance ? `the instance '${instance.name}'` : `the image '${image.name}'`,
    instanceType,
    untold: instanceType ? undefined : { reason, fix: "compare it by hand with that instance's type" },
    architecture: instanceType ? architectureOf(instanceType) : undefined,
    regions: region === undefined ? undefined : [region],
    output: text(outputsOf(image), "id"),
  };
}

function registered(image: PolicyResource): Origin {
  const region = regionOf(image);
  const reason = `'${image.name}' is registered from snapshots, which say nothing of a bake`;
  return {
    source: `the image '${image.name}'`,
    untold: { reason, fix: "compare it by hand with the type that made the snapshots" },
    architecture: text(image.props, "architecture") as Architecture | undefined,
    regions: region === undefined ? undefined : [region],
    imdsSupport: text(image.props, "imdsSupport"),
    output: text(outputsOf(image), "id"),
  };
}

/** Image Builder takes one of the types that its infrastructure lists, and a type of its own choice where it lists none. */
function built(image: PolicyResource, graph: Graph): Origin[] {
  const infrastructure = graph.sources(image, "infrastructureConfigurationArn", TYPE.builderInfrastructure);
  const types = infrastructure.flatMap(({ props }) => list(props, "instanceTypes"));
  const source = `the Image Builder image '${image.name}'`;
  const fix = "list one plain type in the infrastructure configuration's instanceTypes";
  const untold = { reason: `${source} does not say plainly on which type it is built`, fix };
  if (types.length === 0) return [{ source, untold }];
  return types.map((type) =>
    typeof type === "string" ? { source, instanceType: type, architecture: architectureOf(type) } : { source, untold },
  );
}
