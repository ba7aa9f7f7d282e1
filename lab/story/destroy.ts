import type { Step } from "./context";
import { leftOver, takeInventory } from "./inventory";

/** Destroys the stack and lists everything: only what existed before `up` may be left. */
export const destroy: Step = {
  name: "destroy",
  title: "destroy the stack",
  async run(context) {
    const lab = context.fact("lab");
    const before = context.fact("inventory");
    context.fact("sampler").followQueue(undefined);
    await context.fact("stack").destroy();
    const kinds = Object.keys(before).length;
    await context.wait("everything of the stack to be gone", 120, async () => {
      const left = leftOver(before, await takeInventory(lab));
      return {
        seen: left.length > 0 ? `still there: ${left.join(", ")}` : "nothing left",
        found: left.length === 0 || undefined,
      };
    });
    return `nothing left in ${kinds} listings: ${Object.keys(before).join(", ")}`;
  },
};
