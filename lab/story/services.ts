import { startSampler } from "../report/sampler";
import { chooseChefClient } from "../services/chef-client";
import { startLab } from "../services/lab";
import type { Step } from "./context";
import { takeInventory } from "./inventory";
import { createLabStack } from "./lab-stack";
import { watchSecrets } from "./secret-watch";

/** Starts the servers and waits until both respond. */
export const services: Step = {
  name: "services",
  title: "start a Chef server and the AWS emulator",
  async run(context) {
    const client = context.options.chefClient ?? chooseChefClient(undefined);
    const lab = await startLab({ chefClient: client.source });
    context.know("lab", lab);
    context.know("secrets", watchSecrets(lab));
    const stack = createLabStack(lab, { ...context.options, chefClient: client });
    context.know("stack", stack);
    context.know("sampler", startSampler(lab, stack.groupName, context.runStartedAt));
    context.know("inventory", await takeInventory(lab));
    return `goiardi at ${lab.chefUrl}, AWS at ${lab.endpoint}, ${client.title}`;
  },
};
