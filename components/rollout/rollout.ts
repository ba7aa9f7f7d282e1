import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { builtFile } from "../built-file";
import type { RolloutState } from "./rollout-state";

export type RolloutArgs = {
  readonly [Key in keyof Omit<RolloutState, "savedVersion">]: pulumi.Input<RolloutState[Key]>;
};

/**
 * Which version a group runs. A changed one goes out by an instance refresh with a desired configuration: AWS launches from the new
 * version, and saves it on the group only when all of it has succeeded; the update waits for that, and fails with AWS's reason and
 * the instances' own words after the group has gone back.
 *
 * It is a dynamic provider, as NodeCleanup is, and no command, because it has to read (`pulumi refresh` shows a version that was changed by hand),
 * and because its code goes with the state: a command names a file that a package manager may move. What a cancelled update leaves is the
 * same with both: AWS goes on, and the next update follows.
 */
export class Rollout extends pulumi.dynamic.Resource {
  /** The version that the group has saved. */
  declare readonly savedVersion: pulumi.Output<string | undefined>;

  constructor(name: string, args: RolloutArgs, options?: pulumi.CustomResourceOptions) {
    super(rolloutProvider(), name, { ...args, savedVersion: undefined }, options, "chef-autoscaling", "Rollout");
  }
}

type RolloutProvider = pulumi.dynamic.ResourceProvider<RolloutState, RolloutState>;

let provider: RolloutProvider | undefined;

/** One for all groups, since Pulumi captures each provider anew. */
function rolloutProvider(): RolloutProvider {
  provider ??= providerOf(readFileSync(builtFile("rollout/operations.js"), "utf8"));
  return provider;
}

/** Exported for its test. @param code the built operations.ts */
export function providerOf(code: string): RolloutProvider {
  const built = () => {
    const module = { exports: {} as typeof import("./operations") };
    const requireSdk = requireOf("pulumi-chef-autoscaling") ?? require;
    const { compileFunction } = require("node:vm") as typeof import("node:vm");
    compileFunction(code, ["module", "require"], { filename: "rollout.js" })(module, requireSdk);
    return module.exports;
  };
  return {
    async create(inputs) {
      return { id: inputs.groupName, outs: await built().rollOut(inputs, console.log) };
    },
    async diff(_id, olds, news) {
      return { ...built().difference(olds, news) };
    },
    async update(_id, _olds, news) {
      return { outs: await built().rollOut(news, console.log) };
    },
    async read(id, state) {
      const found = state ? await built().readBack(state) : undefined;
      return found ? { id, props: found, inputs: found } : {};
    },
    async delete(_id, state) {
      await built().stopRollout(state, console.log);
    },
  };
}

/** Package managers such as pnpm keep a package's own dependencies where the program does not find them. */
function requireOf(installed: string): NodeJS.Require | undefined {
  try {
    const { createRequire } = require("node:module") as typeof import("node:module");
    return createRequire(require.resolve(`${installed}/package.json`));
  } catch {
    // The program is this package itself, from source.
    return undefined;
  }
}
