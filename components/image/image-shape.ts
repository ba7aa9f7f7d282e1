import type { InstanceStore } from "../../packer";
import { chefConnection } from "../connection/chef-connection-shape";
import { convergenceShape } from "../group/convergence-shape";
import { INSTANCE_TYPE, KMS_KEY_ARN, POLICY_ARN } from "../validation/aws-references";
import {
  anyText,
  anything,
  count,
  flag,
  late,
  mapOf,
  matching,
  needed,
  object,
  oneOf,
  reference,
  type ShapeOf,
  someTexts,
  text,
  texts,
  without,
} from "../validation/shape";
import type {
  BaseImage,
  ChefImageArgs,
  ClientPackage,
  ImageDeprecation,
  ImageEncryption,
  ImageVolume,
  KeptImageCount,
} from "./chef-image-args";
import type { ChefImagesArgs } from "./chef-images";

const baseImage = object({
  id: matching(/^ami-/, "an AMI id (ami-…)"),
  ssmParameter: text,
  nameFilter: text,
  owners: someTexts,
} satisfies ShapeOf<BaseImage>);

const encrypted = object({ kmsKeyArn: late(reference(KMS_KEY_ARN)) } satisfies ShapeOf<ImageEncryption>);

const instanceStore = object({
  accountId: needed(text),
  s3Bucket: needed(text),
  x509CertificateFile: needed(text),
  x509KeyFile: needed(text),
} satisfies ShapeOf<InstanceStore>);

export const imageShape = {
  ...convergenceShape,
  imageName: needed(text),
  instanceType: needed(reference(INSTANCE_TYPE)),
  architecture: oneOf("x86_64", "arm64"),
  baseImage: needed(baseImage),
  chef: needed(chefConnection),
  sshUsername: text,
  subnetId: text,
  associatePublicIpAddress: flag,
  sshSourceCidrs: texts,
  spot: flag,
  sessionManager: flag,
  sshTimeoutMinutes: count,
  files: mapOf(text),
  chefClientVersion: text,
  chefClientPackage: object({ url: needed(text), sha256: needed(text) } satisfies ShapeOf<ClientPackage>),
  rebake: flag,
  encryption: encrypted,
  rootVolume: object({ sizeGib: count, kind: oneOf("gp2", "gp3") } satisfies ShapeOf<ImageVolume>),
  copies: mapOf(encrypted),
  shareWith: texts,
  protectImage: flag,
  deprecation: object({ at: text, afterDays: count } satisfies ShapeOf<ImageDeprecation>),
  keep: object({ count, days: count } satisfies ShapeOf<KeptImageCount>),
  instanceStore,
  onDestroy: oneOf("keep", "delete"),
  tags: mapOf(anyText),
  permissionsBoundary: late(reference(POLICY_ARN)),
} satisfies ShapeOf<ChefImageArgs>;

export const imagesShape = {
  ...without(imageShape, "instanceType"),
  images: needed(mapOf(anything)),
} satisfies ShapeOf<ChefImagesArgs<string, string>>;
