import * as pulumi from "@pulumi/pulumi";
import { TAG } from "../../contract/image-tags";
import { type BakeSpec, specIssues } from "../../packer";
import type { ChefConnection } from "../connection/chef-connection";
import { proxyEnvironment } from "../connection/proxies";
import { laterAttributeIssues } from "../group/convergence-validation";
import { raise, type ValidationIssue } from "../validation/issues";
import { laterPaths } from "../validation/outputs";
import type { ChefImageArgs } from "./chef-image-args";

/** Settings of a bake that are not arguments, or become known later than the arguments. */
export interface Found extends Pick<BakeSpec, "encryption" | "copies"> {
  readonly region: string;
  readonly baseImageId: string;
  readonly instanceProfile?: string;
  /** The attributes, once resolved. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/**
 * The supervisor's specification of the bake, from the arguments.
 *
 * @throws RunError that lists all mistakes
 */
export function imageSpec(args: ChefImageArgs, found: Found): BakeSpec {
  const spec = specOf(args, found);
  raise(`The bake of '${args.imageName}'`, [...laterAttributeIssues(found.attributes), ...orderIssues(spec)]);
  return spec;
}

/** Two regions and an image id, in place of those that are not known yet. */
const SOMEWHERE = ["us-east-1", "eu-west-1"].map((region) => ({ region, baseImageId: "ami-0" }));

/** Issues with the order in any region, when only the arguments are known. */
export function earlyOrderIssues(args: ChefImageArgs): ValidationIssue[] {
  const { encryption, copies } = args;
  // Each is judged by the other, so both wait for a key that is known only later
  const known = laterPaths([encryption, copies]).length === 0 ? { encryption, copies } : {};
  const [here = [], there = []] = SOMEWHERE.map((found) =>
    orderIssues(specOf(args, { ...found, ...(known as Partial<Found>) })),
  );
  return here.filter(({ property, says }) => there.some((it) => it.property === property && it.says === says));
}

function orderIssues(spec: BakeSpec): ValidationIssue[] {
  return specIssues(JSON.parse(JSON.stringify(spec))).map(({ property, says }) => {
    return { property: argumentOf(property), says, value: undefined, expected: "", fix: "" };
  });
}

/** The order's settings that have another name in the arguments. */
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
    sshTimeoutMinutes: args.sshTimeoutMinutes,
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

/** The part of the connection that the supervisor needs, without anything else that the caller has set. */
function connectionOf({ serverUrl, caPem, license, validator, operator, dataBagSecret, ...proxies }: ChefConnection) {
  const environment = proxyEnvironment(proxies);
  const identities = { validator: identityOf(validator), operator: identityOf(operator) };
  return { serverUrl, caPem, license, ...identities, dataBagSecret: dataBagSecret?.secret, proxies: environment };
}

function identityOf({ name, key }: ChefConnection["validator"]) {
  return { name, key };
}

/** Name of the stack in the image's tag. */
export function stackName(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}
