import type * as pulumi from "@pulumi/pulumi";
import { type KeyReference, type StoredKey, storedInAws } from "../../chef/keys/key-reference";
import { convergeScript, packed } from "../../packer";
import { type ChefConnection, isReadInAws, keyOutOfReach } from "../connection/chef-connection";
import { type Proxies, proxyEnvironment } from "../connection/proxies";
import { type MimePart, multipart } from "../instance/mime";
import { type KnownUserData, type OwnUserData, partKind } from "../instance/own-user-data";
import { inWords, refuse, type ValidationIssue } from "../validation/issues";
import { laterPaths } from "../validation/outputs";
import type { AnsweredHook } from "./lifecycle-hooks";
import type { WarmPool } from "./warm-pool";

/** What an instance converges to. */
export interface ChefConvergence {
  /** Run list of a node without a policyfile, in Chef's notation (`recipe[base]`, `role[web]`). @default [] */
  readonly runList?: readonly string[];
  /** Chef environment. @default `_default` */
  readonly environment?: string;
  /** Name of the policyfile; goes with `policyGroup` and excludes `runList` and `environment`. @default none */
  readonly policyName?: string;
  /** Group of the policyfile. @default none */
  readonly policyGroup?: string;
  /**
   * Node attributes merged into first-boot.json. Outputs may stand in it at any depth. What is made of a secret is a secret of the
   * state, too; AWS shows it to everybody who may read the launch template, so name where a password is kept instead. @default none
   */
  readonly attributes?: pulumi.Input<Readonly<Record<string, unknown>>>;
  /**
   * How long one run of the Chef client may take, in seconds; a longer one is ended, and the bake or the instance has failed.
   * Another client's run lock is waited for ten minutes of it at most.
   *
   * @default 3600
   */
  readonly convergeTimeoutSeconds?: number;
}

/** Attributes are resolved by the caller: an Output among them is refused by its path. */
export interface UserDataArgs extends ChefConvergence {
  readonly chef: Pick<ChefConnection, "serverUrl" | "caPem" | "license" | "dataBagSecret" | "validator"> & Proxies;
  /** Name of the Auto Scaling Group; the node is called `<groupName>-<instance id>`. */
  readonly groupName: string;
  readonly region: string;
  /** Lifecycle hook that the instance answers once it has converged. @default none */
  readonly launchHook?: AnsweredHook;
  /** Whether the group has a warm pool, out of which the instance answers the hook once more. @default none */
  readonly warmPool?: WarmPool;
  /** Parts of the team's own, around Chef. @default none */
  readonly own?: KnownUserData;
}

/** EC2's limit for user data before it is base64 encoded, in bytes. */
export const USER_DATA_LIMIT_BYTES = 16_384;

/**
 * The script that cloud-init runs at first boot: it registers the instance with the Chef server and converges it.
 * It holds references only; the validator's key is fetched on the instance by the instance's own role.
 */
export function renderUserData(args: UserDataArgs): string {
  const [unresolved] = laterPaths(args.attributes);
  if (unresolved !== undefined) refuse("The user data", unresolvedAttribute(unresolved));
  const exports = Object.entries(convergeEnvironment(args)).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const script = ["#!/bin/bash", ...exports, convergeScript()].join("\n");
  const forCloudInit = (args.own?.before ?? []).filter((part) => partKind(part) !== "script");
  return forCloudInit.length === 0 ? script : multipart([...forCloudInit.map(ownPart), { ...CONVERGE, text: script }]);
}

/** cloud-init runs scripts by name: ours after whatever it makes of a cloud-config's `runcmd`, which it calls so. */
const CONVERGE = { type: "x-shellscript", filename: "z-chef-converge" } as const;

function ownPart(text: string, index: number): MimePart {
  const type = partKind(text) === "cloud-boothook" ? "cloud-boothook" : "cloud-config";
  return { type, filename: `own-${index + 1}`, text };
}

/** Scripts run by converge.sh, which knows when Chef has converged and answers the launch hook. */
function packedScripts(parts: readonly string[] = []): string {
  const scripts = parts.filter((part) => partKind(part) === "script");
  return scripts.map((script) => packed(script.replaceAll("\r\n", "\n"))).join(" ");
}

function convergeEnvironment(args: UserDataArgs): Record<string, string> {
  const key = instanceKeySource(args.chef.validator.key);
  const secret = args.chef.dataBagSecret && instanceKeySource(args.chef.dataBagSecret.secret);
  return withoutEmpty({
    AWS_REGION: args.region,
    CHEF_SERVER_URL: args.chef.serverUrl,
    CHEF_CA_PEM: args.chef.caPem,
    CHEF_LICENSE: args.chef.license,
    CHEF_DATA_BAG_SECRET_SOURCE: secret?.source,
    CHEF_DATA_BAG_SECRET_ID: secret?.id,
    ...proxyEnvironment(args.chef),
    CHEF_VALIDATOR_NAME: args.chef.validator.name,
    CHEF_VALIDATOR_KEY_SOURCE: key.source,
    CHEF_VALIDATOR_KEY_ID: key.id,
    CHEF_GROUP: args.groupName,
    ...hookEnvironment(args),
    CHEF_RUN_LIST: JSON.stringify(args.runList ?? []),
    CHEF_ENVIRONMENT: args.environment,
    CHEF_POLICY_NAME: args.policyName,
    CHEF_POLICY_GROUP: args.policyGroup,
    CHEF_ATTRIBUTES: args.attributes && JSON.stringify(args.attributes),
    CHEF_BEFORE: packedScripts(args.own?.before),
    CHEF_AFTER: packedScripts(args.own?.after),
    CHEF_CONVERGE_TIMEOUT_SECONDS: args.convergeTimeoutSeconds?.toString(),
  });
}

function hookEnvironment({ launchHook, warmPool }: UserDataArgs): Record<string, string | undefined> {
  if (!launchHook) return {};
  return {
    CHEF_LAUNCH_HOOK: launchHook.name,
    CHEF_HOOK_BEAT_SECONDS: String(launchHook.beatSeconds),
    CHEF_HOOK_MAXIMUM_SECONDS: String(launchHook.maximumSeconds),
    CHEF_ON_FAILED_BOOT: launchHook.onFailedBoot === "keep" ? "keep" : undefined,
    CHEF_WARM_POOL: warmPool && "yes",
  };
}

/** The services an instance can read a key from with its own role. */
export function instanceKeySource(key: KeyReference): StoredKey {
  return storedInAws(key) ?? refuse("The Chef connection", keyOutOfReach("validator", key));
}

function withoutEmpty(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

function unresolvedAttribute(path: string): ValidationIssue {
  const property = path === "" ? "attributes" : `attributes.${path}`;
  const fix = "call renderUserData in 'pulumi.output(attributes).apply', where all of them are known";
  return { property, value: inWords("known only later"), expected: "a value", fix };
}

/** A region's shortest name: nothing is refused here that would have fitted where it goes. */
const SOME_REGION = "us-east-1";

/** What is checked before a region is known, and with own parts of which some may be known only later. */
type EarlyUserDataArgs = Omit<UserDataArgs, "region" | "own"> & { readonly own?: OwnUserData };

/** Whether what the instances would run fits into EC2's limit, as far as it is known before its region is. */
export function userDataIssues({ attributes, own = {}, ...args }: EarlyUserDataArgs): ValidationIssue[] {
  if (!isReadInAws(args.chef.validator.key)) return [];
  // With what is known only later it is measured again, before anything is launched
  const known = laterPaths(attributes).length === 0 ? attributes : undefined;
  const parts = { before: knownTexts(own.before), after: knownTexts(own.after) };
  return sizeIssues({ ...args, attributes: known, own: parts, region: SOME_REGION });
}

function knownTexts(parts: readonly unknown[] = []): string[] {
  return parts.filter((part): part is string => typeof part === "string");
}

/** Whether the whole user data fits; if not, which of its parts takes how much. */
export function sizeIssues(args: UserDataArgs): ValidationIssue[] {
  const bytes = bytesOf(args);
  if (bytes <= USER_DATA_LIMIT_BYTES) return [];
  const own = bytes - bytesOf({ ...args, own: undefined });
  const attributes = bytes - own - bytesOf({ ...args, own: undefined, attributes: undefined });
  const value = inWords(
    `${bytes} bytes of user data (attributes ${attributes}, parts of your own ${own}, Chef ${bytes - own - attributes})`,
  );
  const expected = `at most ${USER_DATA_LIMIT_BYTES}`;
  if (own > attributes) {
    const fix = "bake what is long into the image, or fetch it from S3 in a script, with 'instance.policyStatements'";
    return [{ property: "instance.userData", value, expected, fix }];
  }
  const fix = "keep attributes in a role, an environment or a policyfile on the Chef server";
  return [{ property: "attributes", value, expected, fix }];
}

function bytesOf(args: UserDataArgs): number {
  return Buffer.byteLength(renderUserData(args));
}
