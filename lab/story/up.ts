import type { Step } from "./context";
import { describeGroup } from "./group-view";

/** Waits for the end of the `up` that the bake step started. */
export const up: Step = {
  name: "up",
  title: "create the staging stack",
  async run(context) {
    const stack = context.fact("stack");
    await context.fact("update");
    const { resources, outputs } = await stack.inspect();
    context.know("outputs", outputs);
    context.fact("sampler").followQueue(outputs.groups.web.queueUrl);
    if (outputs.imageId !== context.fact("firstImage")) {
      throw new Error(`output 'imageId' is '${outputs.imageId}', expected the baked '${context.fact("firstImage")}'`);
    }
    await describeGroup(context.fact("lab").aws, outputs.groups.web.autoScalingGroupName);
    return `${resources} resources, group ${outputs.groups.web.autoScalingGroupName}`;
  },
};
