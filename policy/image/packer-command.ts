import type { PolicyResource } from "@pulumi/policy";
import { entries, text } from "../known";
import type { Said } from "./origins";

const RUNS_PACKER = /(?:^|[\s;&|(/])packer(?:\.exe)?\s+(?:-\S+\s+)*build\b/;

/** `-var k=v`, `-var=k=v`, and both with quotes around the pair or around the value. */
const VARIABLE = /-var[=\s]\s*(["']?)([A-Za-z_]\w*)=(["']?)([^\s"']*)\3\1/g;

/** Names under which templates commonly take what is compared here, the usual one first. */
const NAMES = {
  instanceType: ["instance_type", "aws_instance_type", "build_instance_type"],
  architecture: ["architecture", "arch"],
  region: ["region", "aws_region"],
  imdsSupport: ["imds_support"],
  encrypted: ["encrypt_boot"],
} as const;

const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: "x86_64", aarch64: "arm64" };

/** The command line of a command that runs `packer build`; undefined of any other, and of one not known yet. */
export function commandLine({ props }: PolicyResource): string | undefined {
  const lines = ["create", "update"].map((key) => text(props, key) ?? "");
  return lines.find((line) => RUNS_PACKER.test(line));
}

/**
 * What Packer's variables say of a bake: `-var` first, then `PKR_VAR_…` of the environment, as Packer itself reads them.
 *
 * @see https://developer.hashicorp.com/packer/docs/templates/hcl_templates/variables#assigning-values-to-build-variables
 */
export function packerVariables(bake: PolicyResource): Said {
  const environment = new Map(entries(bake.props, "environment"));
  const given = new Map([...(commandLine(bake) ?? "").matchAll(VARIABLE)].map((found) => [found[2], found[4]]));
  const value = (names: readonly string[]) =>
    names
      .flatMap((name) => [resolved(given.get(name), environment), known(environment.get(`PKR_VAR_${name}`))])
      .find(Boolean);
  const architecture = value(NAMES.architecture);
  const region =
    value(NAMES.region) ??
    ["AWS_REGION", "AWS_DEFAULT_REGION"].map((name) => known(environment.get(name))).find(Boolean);
  return {
    instanceType: value(NAMES.instanceType),
    architecture: architecture && (ARCHITECTURES[architecture] ?? architecture),
    regions: region ? [region] : undefined,
    imdsSupport: value(NAMES.imdsSupport),
    encrypted: value(NAMES.encrypted) === "true" || undefined,
  };
}

/** A variable of the shell is looked up where the command has it from; what is not there is not known. */
function resolved(value: string | undefined, environment: ReadonlyMap<string, unknown>): string | undefined {
  const name = /^\$\{?(\w+)\}?$/.exec(value ?? "")?.[1];
  return name === undefined ? (value?.includes("$") ? undefined : value) : known(environment.get(name));
}

function known(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
