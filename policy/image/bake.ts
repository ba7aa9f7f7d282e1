import type { PolicyResource } from "@pulumi/policy";
import { flag, isUnknown, read, text } from "../stack/known";
import { outputsOf } from "../stack/stated";
import { COMMANDS } from "../stack/types";
import { type Architecture, architectureOf } from "./instance-family";
import type { Origin, OriginPart, Said } from "./origins";
import { packerBuilds, packerVariables } from "./packer-command";

/** A command that says what type it bakes on, or that runs `packer build`. */
export function isBake(resource: PolicyResource): boolean {
  return isCommand(resource) && (saysType(resource) || packerBuilds(resource).length > 0);
}

export function isCommand({ type }: Pick<PolicyResource, "type">): boolean {
  return COMMANDS.includes(type);
}

function saysType({ props }: PolicyResource): boolean {
  return read(props, "environment", "BAKE_INSTANCE_TYPE") !== undefined;
}

/** What a bake says plainly, known before it ran: in its environment, or in the variables of each build that it runs. */
export function originsOfBake(bake: PolicyResource): Origin[] {
  if (saysType(bake)) return [originOf(bake, environmentOf(bake), "set BAKE_INSTANCE_TYPE to plain text")];
  const fix =
    "give packer build the type as plain text: -var instance_type=…, or PKR_VAR_instance_type in the environment";
  return packerBuilds(bake).map((build) => originOf(bake, packerVariables(build), fix));
}

function originOf(bake: PolicyResource, said: Said, fix: string): Origin {
  const { instanceType } = said;
  const architecture = said.architecture as Architecture | undefined;
  const reason = `the bake '${bake.name}' does not say plainly on which type it bakes`;
  return {
    ...said,
    source: `the bake '${bake.name}'`,
    architecture: architecture ?? (instanceType ? architectureOf(instanceType) : undefined),
    output: text(outputsOf(bake), "stdout"),
    untold: instanceType ? undefined : { reason, fix },
  };
}

const PARTS: Readonly<Record<OriginPart, readonly string[]>> = {
  architecture: ["ARCHITECTURE"],
  regions: ["REGION", "COPIES"],
  imdsSupport: ["IMDS_SUPPORT"],
  encrypted: ["ENCRYPTED"],
};

function environmentOf({ props }: PolicyResource): Said {
  const said = (name: string) => text(props, "environment", `BAKE_${name}`);
  const region = said("REGION");
  return {
    instanceType: said("INSTANCE_TYPE"),
    architecture: said("ARCHITECTURE"),
    regions: region === undefined ? undefined : [region, ...(said("COPIES")?.split(",") ?? [])],
    imdsSupport: said("IMDS_SUPPORT"),
    unknown: Object.entries(PARTS).flatMap(([part, names]) =>
      names.some((name) => isUnknown(props, "environment", `BAKE_${name}`)) ? [part as OriginPart] : [],
    ),
    // Not asked for is not plain: the base image may be encrypted.
    encrypted: flag(props, "environment", "BAKE_ENCRYPTED") || undefined,
  };
}
