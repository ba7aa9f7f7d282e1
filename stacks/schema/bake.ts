import { z } from "zod";
import { convergence } from "./convergence";
import { name, tags } from "./primitives";

const baseImage = z
  .union(
    [
      z.strictObject({ id: z.string().startsWith("ami-") }),
      z.strictObject({ ssmParameter: name }),
      z.strictObject({ nameFilter: name, owners: z.array(name).min(1) }),
    ],
    { error: "one of {id: ami-…}, {ssmParameter}, {nameFilter, owners}" },
  )
  .describe("image the bake starts from: `{id}`, `{ssmParameter}`, or `{nameFilter, owners}` for the newest");

export const bake = z
  .strictObject({
    name: name.describe("begins the image's name"),
    instanceType: name.describe("type of the instance that bakes; the policy compares it with the groups'"),
    architecture: z.enum(["x86_64", "arm64"]).optional().describe("default `x86_64`"),
    baseImage,
    sshUsername: name.optional().describe("user that Packer logs in as; default `admin`"),
    subnetId: name.optional().describe("subnet of the bake's instance; default the default VPC's"),
    associatePublicIpAddress: z
      .boolean()
      .optional()
      .describe("public address for the bake; default as the subnet says"),
    onDestroy: z.enum(["keep", "delete"]).optional().describe("the stack's images on destroy; default `keep`"),
    tags: tags.optional().describe("more tags of the image"),
    ...convergence,
  })
  .describe("the bake; left out where `imageId` is given");
