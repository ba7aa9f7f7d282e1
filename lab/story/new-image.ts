import { waitForNodes } from "./boot";
import type { Step, StoryContext } from "./context";
import { describeGroup, imagesOf, refreshOf } from "./group-view";

/** What the bake reads is changed in the stack's configuration, not in the repository. */
const change = { bake: { attributes: { lab: { edition: 2 } } } };

/** Another bake, another image; the group's instances are replaced and their old nodes reaped. */
export const newImage: Step = {
  name: "new image",
  title: "change what the bake reads, `up` again",
  async run(context) {
    const lab = context.fact("lab");
    const groupName = context.fact("outputs").groups.web.autoScalingGroupName;
    const before = await describeGroup(lab.aws, groupName);
    context.show("a second bake");
    await context.fact("stack").up(change);
    const { outputs } = await context.fact("stack").inspect();
    if (outputs.imageId === context.fact("firstImage")) {
      throw new Error(`the image is still ${outputs.imageId} although what the bake reads has changed`);
    }
    context.know("outputs", outputs);
    await waitForReplacement(context, before.all, outputs.imageId);
    const after = await waitForNodes(context, before.inService.length);
    await waitForReaped(context, groupName, before.all);
    return `${context.fact("firstImage")} → ${outputs.imageId}, ${before.all.join(", ")} replaced by ${after.join(", ")}, old nodes reaped`;
  },
};

async function waitForReplacement(context: StoryContext, old: readonly string[], imageId: string): Promise<void> {
  const { aws } = context.fact("lab");
  const groupName = context.fact("outputs").groups.web.autoScalingGroupName;
  await context.wait(`the instances of '${groupName}' to be replaced`, 240, async () => {
    const { all } = await describeGroup(aws, groupName);
    const images = await imagesOf(aws, all);
    const replaced = all.length > 0 && !all.some((id) => old.includes(id)) && images.every((id) => id === imageId);
    const seen = `refresh ${await refreshOf(aws, groupName)}; instances ${all.map((id, at) => `${id} from ${images[at]}`).join(", ") || "none"}`;
    return { seen, found: replaced || undefined };
  });
}

/** Waits until the Chef server knows these instances no more. What a failed first boot left is the reconcile's and the cleanup's. */
async function waitForReaped(context: StoryContext, groupName: string, ids: readonly string[]): Promise<void> {
  const { chef } = context.fact("lab");
  const old = ids.map((id) => `${groupName}-${id}`);
  await context.wait("the old nodes and clients to be reaped", 180, async () => {
    const listed = await Promise.all([chef.listNodes(), chef.listClients()]);
    const left = listed.flatMap((names) => names.filter((name) => old.includes(name)));
    return { seen: `${left.length} nodes and clients left`, found: left.length === 0 || undefined };
  });
}
