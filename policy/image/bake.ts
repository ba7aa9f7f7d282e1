import type { PolicyResource } from "@pulumi/policy";
import { flag, read, text } from "../known";
import { TYPE } from "../types";
import { type Architecture, architectureOf } from "./instance-family";
import type { Origin, Said } from "./origins";
import { commandLine, packerVariables } from "./packer-command";

/** A command that says what type it bakes on, or that runs `packer build`. */
export function isBake(resource: PolicyResource): boolean {
  if (resource.type !== TYPE.command && resource.type !== TYPE.remoteCommand) return false;
  return saysType(resource) || commandLine(resource) !== undefined;
}

function saysType({ props }: PolicyResource): boolean {
  return read(props, "environment", "BAKE_INSTANCE_TYPE") !== undefined;
}

/** What a bake says plainly, known before it ran: in its environment, or in the variables that Packer is given. */
export function originOfBake(bake: PolicyResource): Origin {
  const said = saysType(bake) ? environmentOf(bake) : packerVariables(bake);
  const { instanceType } = said;
  const architecture = said.architecture as Architecture | undefined;
  return {
    ...said,
    source: `the bake '${bake.name}'`,
    architecture: architecture ?? (instanceType ? architectureOf(instanceType) : undefined),
    output: text(bake.props, "stdout"),
    untold: instanceType ? undefined : `the bake '${bake.name}' does not say plainly on which type it bakes`,
  };
}

function environmentOf({ props }: PolicyResource): Said {
  const said = (name: string) => text(props, "environment", `BAKE_${name}`);
  const region = said("REGION");
  return {
    instanceType: said("INSTANCE_TYPE"),
    architecture: said("ARCHITECTURE"),
    regions: region === undefined ? undefined : [region, ...(said("COPIES")?.split(",") ?? [])],
    imdsSupport: said("IMDS_SUPPORT"),
    // Not asked for is not plain: the base image may be encrypted.
    encrypted: flag(props, "environment", "BAKE_ENCRYPTED") || undefined,
  };
}
