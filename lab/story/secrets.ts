import type { Step } from "./context";

/** Searches for the run's private keys everywhere except in the files that are meant to hold them. */
export const secrets: Step = {
  name: "secrets",
  title: "look for private keys",
  async run(context) {
    const watch = context.fact("secrets");
    watch.assertAbsentFrom("the stack's outputs", JSON.stringify(context.fact("outputs")));
    const files = await watch.assertAbsentFromFiles();
    const { keys, commandLines } = watch.counts();
    return `none of ${keys} keys in outputs, ${commandLines} command lines, ${files} files of state, logs and images`;
  },
};
