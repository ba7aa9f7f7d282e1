import { z } from "zod";
import { convergence } from "./convergence";
import { count, name, tags } from "./primitives";

const baseImage = z
  .union(
    [
      z.strictObject({ id: z.string().startsWith("ami-").describe("this image") }),
      z.strictObject({ ssmParameter: name.describe("the image that a public parameter names") }),
      z.strictObject({
        nameFilter: name.describe("the newest image whose name matches, `*` for anything"),
        owners: z.array(name).min(1).describe("accounts whose images count"),
      }),
    ],
    { error: "one of {id: ami-…}, {ssmParameter}, {nameFilter, owners}" },
  )
  .describe("image the bake starts from: `{id}`, `{ssmParameter}`, or `{nameFilter, owners}` for the newest");

const encrypted = z.strictObject({
  kmsKeyArn: name.optional().describe("default AWS's own key for EBS"),
});

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
    sshSourceCidrs: z.array(name).optional().describe("who may reach the bake's instance by SSH"),
    files: tags.optional().describe("folders copied to the instance: absolute folder there → folder here"),
    chefClientVersion: name
      .optional()
      .describe(
        "of the Chef client; up to 18; one of the base image that differs fails the bake; default that of the base image, else Cinc Client 18",
      ),
    rebake: z.boolean().optional().describe("bakes at every update while it is set; default `false`"),
    encryption: encrypted.optional().describe("encrypts the image; default as the base image is"),
    copies: z.record(z.string(), encrypted).optional().describe("regions the image is copied to"),
    shareWith: z.array(name).optional().describe("accounts that may start instances from it"),
    protectImage: z.boolean().optional().describe("refuses to deregister it; default `false`"),
    keep: z
      .strictObject({
        count: count.optional().describe("the newest so many"),
        days: count.optional().describe("those younger than so many days"),
      })
      .optional()
      .describe("earlier images that stay, beside those in use; default all"),
    instanceStore: z
      .strictObject({
        accountId: name.describe("account that owns the image"),
        s3Bucket: name.describe("bucket of the bundle"),
        x509CertificateFile: name.describe("certificate registered with the account, a file here"),
        x509KeyFile: name.describe("its private key, a file here"),
      })
      .optional()
      .describe("bakes an S3-backed image; default EBS-backed"),
    onDestroy: z.enum(["keep", "delete"]).optional().describe("the stack's images on destroy; default `keep`"),
    tags: tags.optional().describe("more tags of the image"),
    ...convergence,
  })
  .describe("the bake; left out where `imageId` is given");
