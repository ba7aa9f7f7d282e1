import type * as pulumi from "@pulumi/pulumi";
import type { BakeVariable } from "../../contract/bake-environment";
import type { Packer } from "../../packer";
import type { ChefImageArgs } from "./chef-image-args";

/** The Packer on PATH; a preview may do without one. */
export type KnownPacker = Pick<Packer, "version"> & Partial<Packer>;

/** Environment of a bake's command; what else stands in it is the AWS profile. */
export type BakeCommandEnvironment = { readonly [Name in BakeVariable]?: pulumi.Input<string> };

/** What the bake says apart from the rest, so that it is known at the first preview: policy/ reads it there. */
export function previewEnvironment(
  { instanceType, architecture = "x86_64", encryption, copies, keep, onDestroy = "keep", instanceStore }: ChefImageArgs,
  region: pulumi.Output<string>,
  { generation }: KnownPacker,
): BakeCommandEnvironment {
  return {
    BAKE_INSTANCE_TYPE: instanceType,
    BAKE_ARCHITECTURE: architecture,
    BAKE_REGION: region,
    ...(copies && { BAKE_COPIES: Object.keys(copies).join() }),
    BAKE_ENCRYPTED: String(Boolean(encryption)),
    // What packer/template/modern asks for, and what the older Packer of the other template cannot.
    BAKE_IMDS_SUPPORT: generation === "modern" && !instanceStore ? "v2.0" : "",
    BAKE_ON_DESTROY: onDestroy,
    ...(keep && { BAKE_KEEP_COUNT: String(keep.count ?? 0), BAKE_KEEP_DAYS: String(keep.days ?? 0) }),
  };
}
