import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../../packer/inputs/package-root";
import type { RolloutState } from "../../rollout/rollout-state";
import { builtFile } from "../built-code/built-file";
import { loadInstalled } from "../built-code/installed-code";

type Own = "savedVersion" | "savedVersions" | "packageVersion" | "program";

export type RolloutArgs = {
  readonly [Key in keyof Omit<RolloutState, Own>]: Known<RolloutState[Key]>;
};

/** Known later in whole or in parts: of what is an Output as a whole, a preview knows no part. */
export type Known<T> =
  | pulumi.Input<T>
  | (T extends readonly (infer Member)[]
      ? readonly Known<Member>[]
      : T extends object
        ? { readonly [Key in keyof T]: Known<T[Key]> }
        : never);

/**
 * Which version a group runs. A changed one goes out by an instance refresh with a desired configuration: AWS launches from the new
 * version, and saves it on the group only when all of it has succeeded; the update waits for that, and fails with AWS's reason and
 * the instances' own words after the group has gone back.
 *
 * It is a dynamic provider, as NodeCleanup is, and no command, because it has to read: `pulumi refresh` shows a version that was changed
 * by hand. What a cancelled update leaves is the same with both: AWS goes on, and the next update follows.
 */
export class Rollout extends pulumi.dynamic.Resource {
  /** The version that the group has saved. */
  declare readonly savedVersion: pulumi.Output<string | undefined>;
  /** Those of the templates that images beside the group's own have, by their ids. */
  declare readonly savedVersions: pulumi.Output<Readonly<Record<string, string>> | undefined>;

  constructor(name: string, args: RolloutArgs, options?: pulumi.CustomResourceOptions) {
    const code = { packageVersion: packageVersion(), program: builtFile(CODE) };
    super(
      provider,
      name,
      { ...args, ...code, savedVersion: undefined, savedVersions: undefined },
      options,
      "chef-autoscaling",
      "Rollout",
    );
  }
}

const CODE = "providers/rollout.js";

/** A name of this file, because Pulumi captures functions and no modules. */
const load = loadInstalled<typeof import("../../rollout/operations")>;

function built({
  groupName,
  program,
  packageVersion: version,
}: RolloutState): typeof import("../../rollout/operations") {
  return load({ program, file: CODE, version, purpose: `rolls out the group "${groupName}"` });
}

/** Exported for its test. One for all groups, since Pulumi captures each provider anew. */
export const provider: pulumi.dynamic.ResourceProvider<RolloutState, RolloutState> = {
  async create(inputs) {
    return { id: inputs.groupName, outs: await built(inputs).rollOut(inputs, console.log) };
  },
  async diff(_id, olds, news) {
    return { ...built(news).difference(olds, news) };
  },
  async update(_id, _olds, news) {
    return { outs: await built(news).rollOut(news, console.log) };
  },
  async read(id, state) {
    const found = state ? await built(state).readBack(state) : undefined;
    return found ? { id, props: found, inputs: found } : {};
  },
  async delete(_id, state) {
    await built(state).stopRollout(state, console.log);
  },
};
