import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../../packer/inputs/package-root";
import type { RolloutState } from "../../rollout/rollout-state";
import { builtFile } from "../built-code/built-file";
import { loadInstalled } from "../built-code/installed-code";

type Own = "savedVersion" | "savedVersions" | "refreshId" | "unfinished" | "packageVersion" | "program";

export type RolloutArgs = {
  readonly [Key in keyof Omit<RolloutState, Own>]: Known<RolloutState[Key]>;
};

/** Known later as a whole or in parts: a preview knows no part of a value that is an Output as a whole. */
export type Known<T> =
  | pulumi.Input<T>
  | (T extends readonly (infer Member)[]
      ? readonly Known<Member>[]
      : T extends object
        ? { readonly [Key in keyof T]: Known<T[Key]> }
        : never);

/**
 * Controls which launch template version (or launch configuration) a group runs. A new one is rolled out by an instance refresh with a
 * desired configuration: AWS launches from the new version, and saves it on the group only when the refresh has succeeded. The update waits
 * for that. If it fails, the group is rolled back, and the error contains AWS's reason and the instances' console output.
 *
 * It is a dynamic provider, like NodeCleanup, and not a command, because it has to read: `pulumi refresh` detects a version that was
 * changed by hand. A cancelled update leaves the same situation with both: AWS continues, and the next update follows.
 */
export class Rollout extends pulumi.dynamic.Resource {
  /** The version that is saved on the group. */
  declare readonly savedVersion: pulumi.Output<string | undefined>;
  /** Versions of the additional images' templates, by template id. */
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

/** Refers to this file, because Pulumi captures functions but not modules. */
const load = loadInstalled<typeof import("../../rollout/operations")>;

function built({
  groupName,
  program,
  packageVersion: version,
}: RolloutState): typeof import("../../rollout/operations") {
  return load({ program, file: CODE, version, purpose: `rolls out the group "${groupName}"` });
}

/** Exported for its test. One provider for all groups, since Pulumi captures each provider separately. */
export const provider: pulumi.dynamic.ResourceProvider<RolloutState, RolloutState> = {
  async create(inputs) {
    return { id: inputs.groupName, outs: await built(inputs).rollOut(inputs, console.log) };
  },
  async diff(_id, olds, news) {
    return { ...built(news).difference(olds, news) };
  },
  async update(_id, olds, news) {
    return { outs: await built(news).rollOut(news, console.log, olds) };
  },
  async read(id, state) {
    const found = state ? await built(state).readBack(state) : undefined;
    return found ? { id, props: found, inputs: found } : {};
  },
  async delete(_id, state) {
    await built(state).stopRollout(state, console.log);
  },
};
