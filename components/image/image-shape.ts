import type { InstanceStore } from "../../packer";
import { chefConnection } from "../connection/chef-connection-shape";
import { convergenceShape } from "../group/convergence-shape";
import {
  anything,
  flag,
  late,
  mapOf,
  needed,
  number,
  object,
  oneOf,
  type ShapeOf,
  text,
  texts,
} from "../validation/shape";
import type { BaseImage, ChefImageArgs } from "./chef-image-args";
import type { ChefImagesArgs } from "./chef-images";

const baseImage = object({
  id: text,
  ssmParameter: text,
  nameFilter: text,
  owners: texts,
} satisfies ShapeOf<BaseImage>);

const encrypted = object({ kmsKeyArn: text } satisfies ShapeOf<NonNullable<ChefImageArgs["encryption"]>>);

const instanceStore = object({
  accountId: needed(text),
  s3Bucket: needed(text),
  x509CertificateFile: needed(text),
  x509KeyFile: needed(text),
} satisfies ShapeOf<InstanceStore>);

export const imageShape = {
  ...convergenceShape,
  imageName: needed(text),
  instanceType: needed(text),
  architecture: oneOf("x86_64", "arm64"),
  baseImage: needed(baseImage),
  chef: needed(chefConnection),
  sshUsername: text,
  subnetId: text,
  associatePublicIpAddress: flag,
  sshSourceCidrs: texts,
  files: mapOf(text),
  chefClientVersion: text,
  rebake: flag,
  encryption: encrypted,
  rootVolume: object({
    sizeGib: number,
    kind: oneOf("gp2", "gp3"),
  } satisfies ShapeOf<NonNullable<ChefImageArgs["rootVolume"]>>),
  copies: mapOf(encrypted),
  shareWith: texts,
  protectImage: flag,
  keep: object({ count: number, days: number } satisfies ShapeOf<NonNullable<ChefImageArgs["keep"]>>),
  instanceStore,
  onDestroy: oneOf("keep", "delete"),
  tags: mapOf(text),
  permissionsBoundary: late(text),
} satisfies ShapeOf<ChefImageArgs>;

const { instanceType: _, ...common } = imageShape;

export const imagesShape = { ...common, images: needed(mapOf(anything)) } satisfies ShapeOf<
  ChefImagesArgs<string, string>
>;
