import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../../packer/inputs/package-root";
import type { CleanupState } from "../../reaper/cleanup/cleanup-state";
import { builtFile } from "../built-code/built-file";
import { loadInstalled } from "../built-code/installed-code";
import type { ChefIdentity } from "../connection/chef-connection";
import { serverIssues } from "../connection/chef-connection";
import { chefIdentity } from "../connection/chef-connection-shape";
import { identityIssues } from "../connection/identity";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { late, needed, number, oneOf, type ShapeOf, text } from "../validation/shape";

/** What is left of a group in the Chef server when the group is destroyed. */
export interface NodeCleanupArgs {
  /** Name of the Auto Scaling Group; nodes and clients called `<groupName>-<instance id>` belong to it. */
  readonly groupName: pulumi.Input<string>;
  /** Region of the group, such as `us-east-1`. */
  readonly region: pulumi.Input<string>;
  /** Account of the group: with credentials of another nothing is removed. @default any */
  readonly accountId?: pulumi.Input<string>;
  /** Profile of the AWS credentials that the destroy uses. @default `aws:profile`, otherwise what the environment has */
  readonly profile?: string;
  /** Base URL of the Chef server, with `/organizations/<name>` where it has organizations. */
  readonly serverUrl: string;
  /** PEM certificates that signed the server's own. @default the system's certificate authorities */
  readonly caPem?: string;
  /** Who deletes nodes and clients. */
  readonly operator: ChefIdentity;
  /** `retain` leaves nodes and clients, and is the way out when the Chef server is gone for good. @default "remove" */
  readonly onDestroy?: "remove" | "retain";
  /** Seconds to wait for the group's instances to be gone. @default 600 */
  readonly waitSeconds?: number;
  /** Requests a second to the Chef server. @default as many as it takes */
  readonly chefRequestsPerSecond?: number;
}

const nodeCleanupShape = {
  groupName: needed(late(text)),
  region: needed(late(text)),
  accountId: late(text),
  profile: text,
  serverUrl: needed(text),
  caPem: text,
  operator: needed(chefIdentity),
  onDestroy: oneOf("remove", "retain"),
  waitSeconds: number,
  chefRequestsPerSecond: number,
} satisfies ShapeOf<NodeCleanupArgs>;

/**
 * Removes every node and client of a group from the Chef server when it is destroyed, but for those of instances that live
 * still, having left the group, and says which. The group depends on it, so the group is gone first. The operator's key is read at
 * that moment; the state holds only where it is kept.
 *
 * What a destroy does (clean-up.ts, as one built file) comes from the package that the program has installed.
 *
 * @example
 * ```ts
 * const cleanup = new NodeCleanup("web-cleanup", {
 *   groupName: "production-web",
 *   region: "us-east-1",
 *   serverUrl: chef.serverUrl,
 *   operator: chef.operator,
 * });
 * // The group depends on it, and is gone before it when both are destroyed
 * new aws.autoscaling.Group("web", groupArgs, { dependsOn: [cleanup] });
 * ```
 */
export class NodeCleanup extends pulumi.dynamic.Resource {
  /** @throws RunError with every mistake in the arguments, before anything is declared */
  constructor(name: string, args: NodeCleanupArgs, options?: pulumi.CustomResourceOptions) {
    const checks = [serverIssues, ({ operator }: NodeCleanupArgs) => identityIssues(operator, "operator")];
    raise(`Cleanup "${name}"`, argumentIssues(args, nodeCleanupShape, checks));
    const { onDestroy = "remove", waitSeconds = 600, profile = aws.config.profile } = args;
    // Who runs the destroy may decrypt, or may not: which key it is with changes nothing here, and may be known only later
    const operator = { name: args.operator.name, key: args.operator.key };
    const defaults = { onDestroy, waitSeconds, profile, operator };
    const code = { version: packageVersion(), program: builtFile(CODE) };
    super(provider, name, { ...args, ...defaults, ...code }, options, "chef-autoscaling", "NodeCleanup");
  }
}

const CODE = "providers/cleanup.js";

/** A name of this file, because Pulumi captures functions and no modules. */
const load = loadInstalled<typeof import("../../reaper/cleanup/clean-up")>;

type CleanupProvider = pulumi.dynamic.ResourceProvider<CleanupState, CleanupState>;

/** Exported for its test. One for all groups, since Pulumi captures each provider anew. */
export const provider: CleanupProvider = {
  async create(inputs) {
    return { id: inputs.groupName, outs: inputs };
  },
  // No read: what it would look for is there only once everything else is gone, so that a refresh has nothing to find.
  async diff(_id, olds, news) {
    const replaces = (["groupName", "region"] as const).filter((name) => olds[name] !== news[name]);
    // The CLI shows what a dynamic provider prints among its diagnostics; it has no other way to tell a person something.
    const moved = olds.serverUrl === news.serverUrl ? [] : built(news).leftOnServer(olds, news);
    for (const line of moved) console.warn(`warning: ${line}`);
    return { changes: replaces.length > 0 || JSON.stringify(picked(olds)) !== JSON.stringify(picked(news)), replaces };
  },
  async update(_id, _olds, news) {
    return { outs: news };
  },
  async delete(_id, state) {
    if (state.onDestroy === "retain") return;
    for (const line of await built(state).cleanUp(state)) console.warn(`warning: ${line}`);
  },
};

function built({ groupName, program, version }: CleanupState): typeof import("../../reaper/cleanup/clean-up") {
  const purpose = `removes the Chef nodes of group "${groupName}"`;
  return load({ program, file: CODE, version, purpose });
}

/** What the cleanup depends on, in one order; Pulumi adds some of its own to both sides. Where the code was found is no difference. */
function picked(state: CleanupState): unknown[] {
  const { accountId, profile, serverUrl, caPem, operator, onDestroy, waitSeconds, chefRequestsPerSecond, version } =
    state;
  const settings = [accountId, profile, serverUrl, caPem, onDestroy, waitSeconds, chefRequestsPerSecond];
  return [...settings, operator.name, operator.key, version];
}
