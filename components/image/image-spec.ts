import * as pulumi from "@pulumi/pulumi";
import { TAG } from "../../contract/image-tags";
import { type BakeSpec, specIssues } from "../../packer";
import type { ChefConnection } from "../connection/chef-connection";
import { proxyEnvironment } from "../connection/proxies";
import { attributeIssues } from "../group/convergence-validation";
import { raise, type ValidationIssue } from "../validation/issues";
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
  raise(`The bake of '${args.imageName}'`, [...attributeIssues(found.attributes), ...orderIssues(spec)]);
  return spec;
}

/** Two regions and some image, in place of those that are not known yet. */
const SOMEWHERE = ["us-east-1", "eu-west-1"].map((region) => ({ region, baseImageId: "ami-0" }));

/** What is wrong with the order wherever the bake is, before anything is known but its arguments. */
export function earlyOrderIssues(args: ChefImageArgs): ValidationIssue[] {
  const [here = [], there = []] = SOMEWHERE.map((found) => orderIssues(specOf(args, found)));
  return here.filter(({ property, says }) => there.some((it) => it.property === property && it.says === says));
}

function orderIssues(spec: BakeSpec): ValidationIssue[] {
  return specIssues(JSON.parse(JSON.stringify(spec))).map(({ property, says }) => {
    return { property: argumentOf(property), says, value: undefined, expected: "", fix: "" };
  });
}

/** The order's settings that are called otherwise in the arguments. */
const CALLED: readonly (readonly [RegExp, string])[] = [
  [/^name$/, "imageName"],
  [/^baseImageId$/, "baseImage"],
  [/^chef\.client(?=Version|Package)/, "chefClient"],
  [/^chef\.(?=runList|environment|policy|attributes|convergeTimeout)/, ""],
];

function argumentOf(setting: string): string {
  return CALLED.reduce((name, [called, argument]) => name.replace(called, argument), setting);
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
