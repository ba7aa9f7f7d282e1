import type { PolicyResource } from "@pulumi/policy";
import { type Architecture, architectureOf } from "../../aws/instance-architecture";
import type { BakeVariable } from "../../contract/bake-environment";
import { flag, isUnknown, read, text } from "../stack/known";
import { outputsOf } from "../stack/stated";
import { COMMANDS } from "../stack/types";
import type { Origin, OriginPart, Said } from "./origins";
import { packerBuilds, packerVariables } from "./packer-command";

const TYPE: BakeVariable = "BAKE_INSTANCE_TYPE";
const ENCRYPTED: BakeVariable = "BAKE_ENCRYPTED";

/** A command that says what type it bakes on, or that runs `packer build`. */
export function isBake(resource: PolicyResource): boolean {
  return isCommand(resource) && (saysType(resource) || packerBuilds(resource).length > 0);
}

export function isCommand({ type }: Pick<PolicyResource, "type">): boolean {
  return COMMANDS.includes(type);
}

function saysType({ props }: PolicyResource): boolean {
  return read(props, "environment", TYPE) !== undefined;
}

/** What a bake says plainly, known before it ran: in its environment, or in the variables of each build that it runs. */
export function originsOfBake(bake: PolicyResource): Origin[] {
  if (saysType(bake)) return [originOf(bake, environmentOf(bake), `set ${TYPE} to plain text`)];
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

const PARTS: Readonly<Record<OriginPart, readonly BakeVariable[]>> = {
  architecture: ["BAKE_ARCHITECTURE"],
  regions: ["BAKE_REGION", "BAKE_COPIES"],
  imdsSupport: ["BAKE_IMDS_SUPPORT"],
  encrypted: ["BAKE_ENCRYPTED"],
};

function environmentOf({ props }: PolicyResource): Said {
  const said = (name: BakeVariable) => text(props, "environment", name);
  const region = said("BAKE_REGION");
  return {
    instanceType: said(TYPE),
    architecture: said("BAKE_ARCHITECTURE"),
    regions: region === undefined ? undefined : [region, ...(said("BAKE_COPIES")?.split(",") ?? [])],
    imdsSupport: said("BAKE_IMDS_SUPPORT"),
    unknown: Object.entries(PARTS).flatMap(([part, names]) =>
      names.some((name) => isUnknown(props, "environment", name)) ? [part as OriginPart] : [],
    ),
    // Not asked for is not plain: the base image may be encrypted.
    encrypted: flag(props, "environment", ENCRYPTED) || undefined,
  };
}
