import * as pulumi from "@pulumi/pulumi";
import { ownImages } from "./bake-reason";

/** What the supervisor printed when it had baked. */
export interface Baked {
  readonly imageId: string;
  readonly imageIds: Readonly<Record<string, string>>;
  readonly fingerprint?: string;
}

/**
 * The image in the state, unless somebody has deregistered it since: then nothing could be launched from it, and no change of
 * the inputs would bring it back.
 *
 * @param now the address that is wanted, and the images that have it, where that was asked
 * @throws RunError when it is gone
 */
export async function presentImage(
  baked: Baked,
  now: { readonly fingerprint: string; readonly ids: readonly string[] | undefined },
  parent: pulumi.Resource,
): Promise<Baked> {
  const { imageId } = baked;
  // Of an image that is about to be made anew nothing has to be known
  if (baked.fingerprint !== now.fingerprint || !now.ids || now.ids.includes(imageId)) return baked;
  const [found] = await ownImages([{ name: "image-id", values: [imageId] }], parent).catch(() => [imageId]);
  if (found) return baked;
  throw new pulumi.RunError(
    `the image '${imageId}' was baked by this stack and is gone: it was deregistered since; set 'rebake' for one update`,
  );
}
