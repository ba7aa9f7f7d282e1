import type { Image } from "@aws-sdk/client-ec2";
import type { Lab } from "../services/lab";
import type { Step, StoryContext } from "./context";
import { bakedImages, bakeTags, chefIdentityIn, imageTree, tagOf } from "./image-view";
import type { Look } from "./until";

/** Starts `up` and watches the bake in it: the node appears, it disappears, and the image is clean and tagged. */
export const bake: Step = {
  name: "bake",
  title: "bake the image with Packer",
  async run(context) {
    const lab = context.fact("lab");
    const throwIfFailed = beginUpdate(context);
    const bakeNode = await context.wait("the bake's machine to register", 240, () => {
      throwIfFailed();
      return lookForNode(lab);
    });
    const image = await context.wait("the baked image", 240, () => {
      throwIfFailed();
      return lookForImage(lab);
    });
    await assertNodeRemoved(context, bakeNode);
    const imageId = image.ImageId ?? "";
    await assertClean(lab, imageId);
    const type = tagOf(image, bakeTags.instanceType);
    const wanted = context.fact("stack").bakeInstanceType;
    if (type !== wanted) {
      throw new Error(`image ${imageId} is tagged '${bakeTags.instanceType}=${type}', expected '${wanted}'`);
    }
    context.know("firstImage", imageId);
    return `${imageId} (${type}), ${bakeNode} came and went, no key or Chef file in the image`;
  },
};

/**
 * Starts `up` without waiting for its end, which a later step does. A failure in the meantime must not go unnoticed.
 *
 * @returns a function that throws if `up` has failed
 */
function beginUpdate(context: StoryContext): () => void {
  let failure: unknown;
  const update = context.fact("stack").up();
  update.catch((error: unknown) => {
    failure = error;
  });
  context.know("update", update);
  return () => {
    if (failure !== undefined) {
      throw failure;
    }
  };
}

/** Looks for the node that the build instance registers, `bake-<name>-<8 hex>`. */
async function lookForNode({ chef }: Lab): Promise<Look<string>> {
  const [nodes, clients] = await Promise.all([chef.listNodes(), chef.listClients()]);
  const node = nodes.find((name) => name.startsWith("bake-") && clients.includes(name));
  return { seen: node ? `${node} registered` : "Packer at work", found: node };
}

async function lookForImage(lab: Lab): Promise<Look<Image>> {
  const [image] = await bakedImages(lab);
  const found = image?.State === "available" && tagOf(image, bakeTags.instanceType) ? image : undefined;
  return { seen: image ? `${image.ImageId} ${image.State}` : "no image yet", found };
}

async function assertNodeRemoved(context: StoryContext, name: string): Promise<void> {
  const { chef } = context.fact("lab");
  await context.wait(`node and client '${name}' to be removed`, 90, async () => {
    const [node, client] = await Promise.all([chef.getNode(name), chef.getClient(name)]);
    const left = [node && "node", client && "client"].filter(Boolean);
    return {
      seen: left.length > 0 ? `${left.join(" and ")} ${name} still there` : "removed",
      found: !left.length || undefined,
    };
  });
}

async function assertClean(lab: Lab, imageId: string): Promise<void> {
  const left = await chefIdentityIn(imageTree(lab, imageId));
  if (left.length > 0) {
    throw new Error(`the image ${imageId} still has ${left.join(", ")}`);
  }
}
