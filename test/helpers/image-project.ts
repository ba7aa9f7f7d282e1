import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chooseRunner } from "../../lab/engine/choose-runner";
import type { StackRunner } from "../../lab/engine/stack-runner";
import { labRegion } from "../../lab/services/aws-clients";
import type { Lab } from "../../lab/services/lab";
import { projectRoot } from "../../lab/services/places";
import { writeProgram } from "./write-program";

/** Configuration of the program; each value can be set at `up` or `preview`. */
export interface ImageSettings {
  readonly edition?: number;
  readonly rebake?: boolean;
  /** A tag of the image. */
  readonly owner?: string;
  /** Uses this image and bakes none. */
  readonly imageId?: string;
}

/** A group without instances, and its image: baked or given. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefConnection, ChefImage } from ${JSON.stringify(join(projectRoot, "dist", "components"))};

import { KeptImages } from ${JSON.stringify(join(projectRoot, "dist", "components", "image", "kept-images"))};

const config = new pulumi.Config();
const chef = config.requireObject<ChefConnection>("chef");
const given = config.get("imageId");
// As the package's own program does where an image is given and a bake is configured
const kept = given ? new KeptImages("base", { imageName: "up", onDestroy: "delete", imageId: given }) : undefined;
const image = given
  ? undefined
  : new ChefImage("base", {
      imageName: "up",
      instanceType: "t3.small",
      baseImage: { nameFilter: "debian-12-amd64-*", owners: ["136693071363", "self"] },
      chef,
      attributes: { edition: config.getNumber("edition") ?? 1 },
      rebake: config.getBoolean("rebake"),
      tags: config.get("owner") ? { owner: config.require("owner") } : undefined,
      onDestroy: "delete",
    });
new ChefAutoScalingGroup("web", {
  groupName: pulumi.getStack(),
  imageId: image?.imageId ?? kept?.imageId ?? "",
  instanceType: "t3.small",
  chef,
  capacity: { min: 0, max: 1 },
  availabilityZones: ["us-east-1a"],
});
export const imageId = image?.imageId;
export const imageIds = image?.imageIds;
export const fingerprint = image?.fingerprint;
export const baseImageId = image?.baseImageId;
`;

/** Creates the project in a folder once; `stack` returns a runner for a stack of it. */
export function imageProject(folder: string, { chefUrl, keys: { validator, operator } }: Lab) {
  const project = join(folder, "image");
  mkdirSync(project);
  writeProgram(project, "image", PROGRAM);
  const chef = {
    serverUrl: chefUrl,
    validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
    operator: { name: operator.name, key: { ssmParameter: operator.parameter } },
  };
  const config = { "aws:region": labRegion, "image:chef": chef };
  return {
    stack: (stack: string, environment: Readonly<Record<string, string>>): StackRunner =>
      chooseRunner({ project, stack, stateDir: join(folder, "state"), environment, config }, (line) =>
        console.log(`    ${line}`),
      ),
    settings: (settings: ImageSettings) => ({
      config: Object.fromEntries(Object.entries(settings).map(([name, value]) => [`image:${name}`, String(value)])),
    }),
  };
}
