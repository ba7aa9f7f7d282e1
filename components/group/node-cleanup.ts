import { readFileSync } from "node:fs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { builtFile } from "../built-file";
import type { ChefIdentity } from "../chef-connection";
import { serverMistakes } from "../chef-connection";
import { identityMistakes } from "../connection/identity";
import { raise } from "../mistakes";
import type { CleanupState } from "./cleanup-state";

/** What is left of a group in the Chef server when the group is destroyed. */
export interface NodeCleanupArgs {
  /** Name of the Auto Scaling Group; nodes and clients called `<groupName>-<instance id>` belong to it. */
  readonly groupName: pulumi.Input<string>;
  readonly region: pulumi.Input<string>;
  /** Account of the group: with credentials of another nothing is removed. @default any */
  readonly accountId?: pulumi.Input<string>;
  /** Profile of the AWS credentials that the destroy uses. @default `aws:profile`, otherwise what the environment has */
  readonly profile?: string;
  readonly serverUrl: string;
  readonly caPem?: string;
  readonly operator: ChefIdentity;
  /** `retain` leaves nodes and clients, and is the way out when the Chef server is gone for good. @default "remove" */
  readonly onDestroy?: "remove" | "retain";
  /** Seconds to wait for the group's instances to be gone. @default 600 */
  readonly waitSeconds?: number;
  /** Requests a second to the Chef server. @default as many as it takes */
  readonly chefRequestsPerSecond?: number;
}

/**
 * Removes every node and client of a group from the Chef server when it is destroyed, but for those of instances that live
 * still, having left the group, and says which. The group depends on it, so the group is gone first. The operator's key is read at
 * that moment; the state holds only where it is kept.
 *
 * Pulumi keeps this provider as text in the state and runs it far from this file, so it carries what it does on destroy
 * (clean-up.ts) as one built file, and requires what it needs where it runs: Node.js and the AWS SDK. Another version of the package brings
 * another text, which is an update in place: what a destroy does is what the last update knew.
 */
export class NodeCleanup extends pulumi.dynamic.Resource {
  constructor(name: string, args: NodeCleanupArgs, options?: pulumi.CustomResourceOptions) {
    raise(`Cleanup "${name}"`, [...serverMistakes(args), ...identityMistakes(args.operator, "operator")]);
    const { onDestroy = "remove", waitSeconds = 600, profile = aws.config.profile } = args;
    const props = { ...args, onDestroy, waitSeconds, profile };
    super(cleanupProvider(), name, props, options, "chef-autoscaling", "NodeCleanup");
  }
}

type CleanupProvider = pulumi.dynamic.ResourceProvider<CleanupState, CleanupState>;

let provider: CleanupProvider | undefined;

/** One for all groups, since Pulumi captures each provider anew. */
function cleanupProvider(): CleanupProvider {
  provider ??= providerOf(readFileSync(builtFile("cleanup/clean-up.js"), "utf8"));
  return provider;
}

/** Exported for its test. @param code the built clean-up.ts */
export function providerOf(code: string): CleanupProvider {
  return {
    async create(inputs) {
      return { id: inputs.groupName, outs: inputs };
    },
    // No read: what it would look for is there only once everything else is gone, so that a refresh has nothing to find.
    async diff(_id, olds, news) {
      const replaces = (["groupName", "region"] as const).filter((name) => olds[name] !== news[name]);
      const differs = JSON.stringify(picked(olds)) !== JSON.stringify(picked(news));
      return { changes: replaces.length > 0 || differs, replaces };
    },
    async update(_id, _olds, news) {
      return { outs: news };
    },
    async delete(_id, state) {
      if (state.onDestroy === "retain") return;
      const built = { exports: {} as typeof import("./clean-up") };
      const requireSdk = requireOf("pulumi-chef-autoscaling") ?? require;
      const { compileFunction } = require("node:vm") as typeof import("node:vm");
      compileFunction(code, ["module", "require"], { filename: "clean-up.js" })(built, requireSdk);
      // The CLI shows what a dynamic provider prints among its diagnostics; it has no other way to tell a person something.
      for (const line of await built.exports.cleanUp(state)) console.warn(`warning: ${line}`);
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

/** What the cleanup depends on, in one order; Pulumi adds some of its own to both sides, the provider's text among it. */
function picked(state: CleanupState & { readonly __provider?: string }): unknown[] {
  const { accountId, profile, serverUrl, caPem, operator, onDestroy, waitSeconds, chefRequestsPerSecond, __provider } =
    state;
  const settings = [accountId, profile, serverUrl, caPem, onDestroy, waitSeconds, chefRequestsPerSecond];
  return [...settings, operator.name, operator.key, __provider];
}
