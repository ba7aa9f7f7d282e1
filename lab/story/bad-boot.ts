import type { Step } from "./context";
import { describeGroup, refreshOf } from "./group-view";

/** An environment that does not exist on the Chef server: user data succeeds, but the first Chef run fails. */
const change = { groups: { web: { environment: "nowhere" } } };

/** A version that cannot converge is rolled out: the rollout stops at the first instance and is rolled back, and the old version keeps serving. */
export const badBoot: Step = {
  name: "bad boot",
  title: "roll out what cannot converge: `up` fails, the old version serves",
  async run(context) {
    const { aws } = context.fact("lab");
    const groupName = context.fact("outputs").groups.web.autoScalingGroupName;
    const before = await describeGroup(aws, groupName);
    context.show("the rollout");
    const said = await context.fact("stack").upInVain(change);
    for (const [what, expected] of Object.entries(EXPECTED)) {
      if (!expected.test(said)) throw new Error(`the failed update did not tell ${what}; it said: ${said}`);
    }
    const [after, refresh] = [await describeGroup(aws, groupName), await refreshOf(aws, groupName)];
    if (before.inService.join() !== after.inService.join()) {
      throw new Error(`${before.inService.join(", ")} served before, ${after.inService.join(", ") || "nothing"} after`);
    }
    const words = said.split("\n").filter((line) => /^ *\| converge: .*failed/.test(line));
    return `${refresh.split(":")[0]}; ${after.inService.join(", ")} served all the while; the other said: ${words.at(-1)?.replace(/^ *\| converge: /, "")}`;
  },
};

const EXPECTED = {
  "that it went back": /ended RollbackSuccessful/,
  "the instance's own words": /^ *\| .*environment 'nowhere'/m,
  "what serves": /^ *In service now: 1 from version/m,
  "the action": /^ *Next: /m,
};
