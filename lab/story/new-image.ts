import { waitForNodes } from "./boot";
import type { Step, StoryContext } from "./context";
import { describeGroup, imagesOf, refreshOf } from "./group-view";

/** A change of the bake's inputs in the stack's configuration, so that the repository stays unchanged. */
const change = { bake: { attributes: { lab: { edition: 2 } } } };

/** A new bake creates a new image; the group's instances are replaced, and the reaper removes their old nodes. */
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
    await waitForOnly(context, groupName, after);
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

/** Names of the group's nodes and of its clients. */
async function registered(context: StoryContext, groupName: string): Promise<string[][]> {
  const { chef } = context.fact("lab");
  const listed = await Promise.all([chef.listNodes(), chef.listClients()]);
  return listed.map((names) => names.filter((name) => name.startsWith(`${groupName}-i-`)).sort());
}

/** Waits until these are the group's only instances on the Chef server, so that those of a failed first boot are removed too. */
async function waitForOnly(context: StoryContext, groupName: string, ids: readonly string[]): Promise<void> {
  const wanted = ids.map((id) => `${groupName}-${id}`).sort();
  await context.wait("the old nodes and clients to be reaped", 180, async () => {
    const [nodes = [], clients = []] = await registered(context, groupName);
    const same = [nodes, clients].every((names) => names.join() === wanted.join());
    return { seen: `${nodes.length} nodes, ${clients.length} clients of ${wanted.length}`, found: same || undefined };
  });
}
