import * as pulumi from "@pulumi/pulumi";
import { TAG } from "../../contract/image-tags";
import { type BakeSpec, specIssues } from "../../packer";
import type { ChefConnection } from "../connection/chef-connection";
import { proxyEnvironment } from "../connection/proxies";
import { runError } from "../validation/run-error";
import type { ChefImageArgs } from "./chef-image-args";

/** What is known of a bake beside its arguments, or only after them. */
export interface Found extends Pick<BakeSpec, "encryption" | "copies"> {
  readonly region: string;
  readonly baseImageId: string;
  readonly instanceProfile?: string;
  /** As they are by now. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/**
 * The supervisor's order, as the arguments have it.
 * @throws RunError that lists every mistake
 */
export function imageSpec(args: ChefImageArgs, found: Found): BakeSpec {
  const spec = specOf(args, found);
  const issues = specIssues(JSON.parse(JSON.stringify(spec)));
  if (issues.length === 0) return spec;
  throw runError([`the bake of '${args.imageName}' cannot be used:`, ...issues].join("\n  - "));
}

function specOf(args: ChefImageArgs, found: Found): BakeSpec {
  const { runList = [], environment, policyName, policyGroup, convergeTimeoutSeconds } = args;
  const { attributes, ...place } = found;
  return {
    name: args.imageName,
    ...place,
    architecture: args.architecture ?? "x86_64",
    sshUsername: args.sshUsername ?? "admin",
    subnetId: args.subnetId,
    associatePublicIpAddress: args.associatePublicIpAddress,
    sshSourceCidrs: args.sshSourceCidrs,
    spot: args.spot,
    sessionManager: args.sessionManager,
    files: args.files,
    rebake: args.rebake ? new Date().toISOString() : undefined,
    rootVolume: args.rootVolume,
    shareWith: args.shareWith,
    protectImage: args.protectImage,
    deprecation: args.deprecation,
    keep: args.keep,
    instanceStore: args.instanceStore,
    tags: { ...args.tags, [TAG.stack]: stackName() },
    chef: {
      ...connectionOf(args.chef),
      ...{ runList: [...runList], environment, policyName, policyGroup, attributes, convergeTimeoutSeconds },
      clientVersion: args.chefClientVersion,
      clientPackage: args.chefClientPackage,
    },
  };
}

/** What the supervisor uses of it, and nothing else of the caller's. */
function connectionOf({ serverUrl, caPem, license, validator, operator, dataBagSecret, ...proxies }: ChefConnection) {
  const environment = proxyEnvironment(proxies);
  const identities = { validator: identityOf(validator), operator: identityOf(operator) };
  return { serverUrl, caPem, license, ...identities, dataBagSecret: dataBagSecret?.secret, proxies: environment };
}

function identityOf({ name, key }: ChefConnection["validator"]) {
  return { name, key };
}

/** By which an image's tag tells whose it is. */
export function stackName(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}
