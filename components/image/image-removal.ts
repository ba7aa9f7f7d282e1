import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { bakeCommand, profile, removalCommand } from "./bake-command";
import type { BakeCommandEnvironment } from "./bake-environment";
import type { ChefImageArgs } from "./chef-image-args";
import { stackName } from "./image-spec";

/** Which images to remove, and in which regions. */
export interface RemovalArgs extends Pick<ChefImageArgs, "imageName" | "copies"> {
  readonly region: pulumi.Input<string>;
  readonly accountId: pulumi.Input<string>;
}

/**
 * Stands for the images that a stack baked, if they are to be removed with it: deleting this resource, which a preview shows by this name,
 * removes them. It is a separate resource, so that no other change of a bake removes images.
 */
export function createImageRemoval(
  name: string,
  { imageName, copies = {}, region, accountId }: RemovalArgs,
  parent: pulumi.Resource,
): command.local.Command {
  const images = { name: imageName, region, copies: Object.keys(copies), stack: stackName() };
  const told: BakeCommandEnvironment = { BAKE_IMAGES: pulumi.jsonStringify(images), BAKE_ACCOUNT: accountId };
  return new command.local.Command(
    `${name}-images`,
    {
      create: bakeCommand("own"),
      delete: removalCommand(),
      environment: { ...told, ...profile() },
      logging: command.local.Logging.Stderr,
    },
    { parent },
  );
}
