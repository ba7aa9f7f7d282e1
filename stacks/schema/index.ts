import { z } from "zod";
import { bake } from "./bake";
import { chef } from "./chef";
import { group } from "./group";

/*
 * The shape of the stack's configuration. The descriptions are the table in docs/configuration.md, which a test keeps equal.
 */

export const fleetSchema = z.strictObject({
  imageId: z
    .string()
    .startsWith("ami-", { error: "an AMI id (ami-…)" })
    .optional()
    .describe(
      "ready image; instead of `bake` and `imageFrom`, or over them with `-c imageId=ami-…`, which stays until `pulumi config rm imageId`",
    ),
  imageFrom: z
    .strictObject({
      stack: z
        .string()
        .regex(/^[^/\s]+(\/[^/\s]+){0,2}$/, { error: "a stack's name (organization/project/stack)" })
        .describe("stack that bakes: `organization/project/stack`"),
      output: z.string().min(1).optional().describe("its output that holds the image's id; default `imageId`"),
    })
    .optional()
    .describe("image that another stack bakes; instead of `bake`"),
  preflight: z
    .boolean()
    .default(true)
    .describe("try Packer, Chef server, keys and images before anything is created; default `true`"),
  permissionsBoundary: z.string().min(1).optional().describe("ARN of the permissions boundary of every role"),
  chef,
  bake: bake.optional(),
  groups: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/, "a name of lower-case letters, digits and dashes"), group)
    .default({})
    .describe("the groups by name; in AWS each is called `<stack>-<name>`; default none, for a stack that only bakes"),
});

export type FleetConfig = z.infer<typeof fleetSchema>;
export type GroupConfig = z.infer<typeof group>;
export type BakeConfig = z.infer<typeof bake>;
