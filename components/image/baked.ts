import * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../../packer";
import { runError } from "../validation/run-error";
import { bakedAlready, type Intended, tellReason } from "./bake-reason";
import { imageToReuse, ownImages } from "./found-image";

/** What the bake's program printed about the image. */
export interface Baked {
  readonly imageId: string;
  readonly imageIds: Readonly<Record<string, string>>;
  readonly fingerprint?: string;
}

/**
 * The image, as far as a preview can know it: the one in the state if the bake will not run; the one that it will reuse if it runs. Unknown
 * if it will bake.
 *
 * @param stdout of the bake's command
 * @throws RunError if the image in the state was deregistered, which no update would notice
 */
export function foretold(
  stdout: pulumi.Output<string>,
  intended: Intended,
  parent: pulumi.Resource,
): pulumi.Output<Baked> {
  return pulumi.output(knownAtPreview(stdout, intended, parent)) as pulumi.Output<Baked>;
}

async function knownAtPreview(
  stdout: pulumi.Output<string>,
  intended: Intended,
  parent: pulumi.Resource,
): Promise<pulumi.Input<Baked>> {
  if (await isKnown(stdout)) return stdout.apply((text) => presentImage(bakedOf(text), intended, parent));
  const { spec, inputs, found } = intended;
  const imageIds = found && !spec.rebake ? await imageToReuse(found, parent) : undefined;
  const imageId = imageIds?.[spec.region];
  await tellReason(intended, imageId, parent);
  if (!imageIds || !imageId) return stdout.apply(bakedOf);
  return { imageId, imageIds, fingerprint: fingerprint(inputs) };
}

export function bakedOf(stdout: string): Baked {
  return JSON.parse(stdout) as Baked;
}

/** Whether an Output's value is known in this preview; the SDK has this, but not in its types. */
function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}

/** The image in the state, unless it was deregistered since: then nothing could be launched from it. */
async function presentImage(baked: Baked, { spec, inputs, found }: Intended, parent: pulumi.Resource): Promise<Baked> {
  const { imageId } = baked;
  // With --target, a bake may be skipped although its inputs changed; its image was not looked up
  if (!found || (baked.fingerprint ?? "") !== fingerprint(inputs)) return baked;
  if (!found[spec.region]?.includes(imageId)) await refuseMissing(imageId, spec.name, parent);
  await pulumi.log.info(bakedAlready(spec.name, imageId), parent);
  return baked;
}

async function refuseMissing(imageId: string, bake: string, parent: pulumi.Resource): Promise<void> {
  const [found] = await ownImages([{ name: "image-id", values: [imageId] }], parent).catch(() => [imageId]);
  if (found) return;
  throw runError(
    `the image '${imageId}' was baked by this stack but was deregistered since; ` +
      `set 'rebake' of '${bake}' for one update, to bake it again`,
  );
}
