import { assertOwnKey, laterRuns, registrationOf } from "./chef-view";
import type { Step, StoryContext } from "./context";
import { describeGroup } from "./group-view";

/** Every instance of the group has run its user data and is registered as its own Chef node. */
export const boot: Step = {
  name: "boot",
  title: "instances boot and register by their user data, and converge again by hand",
  async run(context) {
    const ids = await waitForNodes(context, 1);
    context.know("booted", ids);
    const calls = await laterRuns(context.fact("lab"), ids[0] ?? "");
    return `${ids.length} of ${ids.length} converged, each with its own client key, and again as ${calls.join(", ")}`;
  },
};

/** Waits until the group has `size` instances in service that are converged nodes, and verifies each one's key. */
export async function waitForNodes(context: StoryContext, size: number): Promise<readonly string[]> {
  const lab = context.fact("lab");
  const groupName = context.fact("outputs").groups.web.autoScalingGroupName;
  const ids = await context.wait(`${size} converged instances of '${groupName}'`, 180, async () => {
    const { inService } = await describeGroup(lab.aws, groupName);
    const states = await Promise.all(inService.map((id) => registrationOf(lab, groupName, id)));
    const ready = states.filter((state) => state === "converged").length;
    const seen = `${inService.length} in service, ${ready} converged${states[ready] ? ` (${states.join(", ")})` : ""}`;
    return { seen, found: ready === size && inService.length === size ? inService : undefined };
  });
  for (const id of ids) {
    context.fact("secrets").add(`client.pem of ${id}`, await assertOwnKey(lab, groupName, id));
  }
  return ids;
}
