import type * as pulumi from "@pulumi/pulumi";
import type { BakeVariable } from "../../contract/bake-environment";
import type { Packer } from "../../packer";
import type { ChefImageArgs } from "./chef-image-args";

/** The Packer on PATH; a preview may work without one. */
export type KnownPacker = Pick<Packer, "version"> & Partial<Packer>;

/** Environment of the bake's command, in addition to the AWS profile. */
export type BakeCommandEnvironment = { readonly [Name in BakeVariable]?: pulumi.Input<string> };

/** Settings of the bake in variables of their own, so that they are known on the first preview: policy/ reads them there. */
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
    // packer/template/modern requires it; older versions of Packer, with the other template, cannot.
    BAKE_IMDS_SUPPORT: generation === "modern" && !instanceStore ? "v2.0" : "",
    BAKE_ON_DESTROY: onDestroy,
    ...(keep && { BAKE_KEEP_COUNT: String(keep.count ?? 0), BAKE_KEEP_DAYS: String(keep.days ?? 0) }),
  };
}
