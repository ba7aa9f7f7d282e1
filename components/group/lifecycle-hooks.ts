import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { TRANSITION } from "../../contract/auto-scaling-events";
import { ServiceRole } from "../iam/service-role";
import { merge } from "../pass-through/merge";
import type { PassOn } from "../pass-through/pass-on";
import type { ValidationIssue } from "../validation/issues";

/**
 * Lifecycle hooks, in which an instance waits before it goes into service or is terminated. Each hook is a resource of its own, so that
 * changing it does not replace the group. A new group also includes the launch hook from its first instance on.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
 */
export interface LifecycleHooks {
  /**
   * Holds an instance before it goes into service. With `false` there is no hook: an instance may be in service before it has converged, or
   * if it never does.
   *
   * @default a hook that the instance completes itself
   */
  readonly launch?: LaunchHook | false;
  /** Holds an instance before it is terminated, until the reaper has removed its node and client. @default none */
  readonly terminate?: TerminateHook;
}

export interface LaunchHook {
  /**
   * Who completes the hook. `instance`: the instance itself, when its first Chef run has succeeded, so that an instance that failed to
   * converge never goes into service. `other`: something of yours.
   *
   * @default "instance"
   */
  readonly completedBy?: "instance" | "other";
  /**
   * Seconds without a heartbeat after which the hook ends with `defaultResult`, 30 to 7,200. The instance sends three heartbeats in this
   * time during its first boot. AWS lets an instance wait for at most 100 times this value, or 48 hours.
   *
   * @default 900; 7200 with `onFailedBoot: "keep"`
   */
  readonly heartbeatSeconds?: number;
  /** Maximum duration of a first boot, in seconds. After that, the instance sends no more heartbeats. @default 7200 */
  readonly maximumSeconds?: number;
  /** Result of the hook if the instance does not complete it. @default "ABANDON": the instance is terminated and replaced */
  readonly defaultResult?: "ABANDON" | "CONTINUE";
}

export interface TerminateHook {
  /** Seconds after which the instance is terminated even if the hook was not completed. @default 300 */
  readonly heartbeatSeconds?: number;
  /**
   * Result of the hook if it times out. The instance is terminated in both cases; `ABANDON` also skips the group's other hooks. @default
   * "CONTINUE"
   */
  readonly defaultResult?: "ABANDON" | "CONTINUE";
}

/**
 * What happens to an instance whose first boot failed. `replace`: it is terminated, and another one is launched. `keep`: it keeps waiting
 * in the launch hook, out of service, so that it can be inspected, for at most 48 hours.
 */
export type OnFailedBoot = "replace" | "keep";

/** Names of the hooks in their group. */
export const LAUNCH_HOOK = "launch";
const TERMINATE_HOOK = "terminate";

const HEARTBEAT_SECONDS = 900;
/** A kept instance can use the 48 hours that AWS allows only if the timeout is long, and longer than the interval of its heartbeats. */
const KEPT_HEARTBEAT_SECONDS = 7200;
const MAXIMUM_SECONDS = 7200;
/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html, GlobalTimeout */
const LONGEST_WAIT = { seconds: 172_800, heartbeats: 100 } as const;
/** Heartbeats that are sent per timeout of the hook: two may be lost. */
const BEATS = 3;

export interface LifecycleHooksArgs {
  readonly hooks: LifecycleHooks;
  readonly onFailedBoot?: OnFailedBoot;
  readonly group: aws.autoscaling.Group;
  /** Topic that the reaper's queue is subscribed to. */
  readonly topicArn: pulumi.Output<string>;
  readonly topicKmsKeyArn?: pulumi.Input<string>;
  readonly permissionsBoundary?: pulumi.Input<string>;
  readonly passOn?: PassOn<"launchHook" | "terminateHook" | "hookRole">;
}

export function createLifecycleHooks(
  name: string,
  args: LifecycleHooksArgs,
  parent: pulumi.Resource,
): aws.autoscaling.LifecycleHook[] {
  const launch = launchHookSettings(args);
  const { terminate } = args.hooks;
  return [
    ...(launch ? [createLaunchHook(name, launch, args, parent)] : []),
    ...(terminate ? [createTerminateHook(name, terminate, args, parent)] : []),
  ];
}

/** The same hook that the group was created with, if any: AWS treats a hook with an existing name as an update. */
function createLaunchHook(
  name: string,
  hook: LaunchHookSettings,
  { group, passOn }: LifecycleHooksArgs,
  parent: pulumi.Resource,
): aws.autoscaling.LifecycleHook {
  const ours = { ...hook, autoscalingGroupName: group.name };
  const declare = (merged: aws.autoscaling.LifecycleHookArgs) =>
    new aws.autoscaling.LifecycleHook(`${name}-launch-hook`, merged, { parent });
  return merge("launchHook", ours, passOn?.launchHook, declare);
}

/**
 * The launch hook as part of the group: this way it exists before the group's first instance, unlike a resource that is created after the
 * group. The provider would replace the group if this property changed, so later changes are made only to the separate resource.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws, internal/service/autoscaling/group.go: ForceNew
 */
export function initialLaunchHooks(
  args: Pick<LifecycleHooksArgs, "hooks" | "onFailedBoot" | "passOn">,
): aws.types.input.autoscaling.GroupInitialLifecycleHook[] | undefined {
  const hook = launchHookSettings(args);
  return hook && [{ ...hook, ...args.passOn?.launchHook }];
}

type LaunchHookSettings = NonNullable<ReturnType<typeof launchHookSettings>>;

function launchHookSettings({ hooks, onFailedBoot }: Pick<LifecycleHooksArgs, "hooks" | "onFailedBoot">) {
  const hook = launchHookOf(hooks);
  if (!hook) return undefined;
  return {
    name: LAUNCH_HOOK,
    lifecycleTransition: TRANSITION.launching,
    heartbeatTimeout: heartbeatSeconds(hook, onFailedBoot),
    defaultResult: hook.defaultResult ?? "ABANDON",
  };
}

function launchHookOf(hooks: LifecycleHooks = {}): LaunchHook | undefined {
  return hooks.launch === false ? undefined : (hooks.launch ?? {});
}

function heartbeatSeconds(hook: LaunchHook, onFailedBoot: OnFailedBoot | undefined): number {
  return hook.heartbeatSeconds ?? (onFailedBoot === "keep" ? KEPT_HEARTBEAT_SECONDS : HEARTBEAT_SECONDS);
}

function createTerminateHook(
  name: string,
  hook: TerminateHook,
  args: LifecycleHooksArgs,
  parent: pulumi.Resource,
): aws.autoscaling.LifecycleHook {
  const { group, topicArn, topicKmsKeyArn, permissionsBoundary, passOn } = args;
  const publisher = new ServiceRole(
    `${name}-terminate-hook`,
    {
      service: "autoscaling.amazonaws.com",
      statements: [
        { Sid: "Announce", Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
        ...publishEncrypted(topicKmsKeyArn),
      ],
      permissionsBoundary,
      passOn: { role: passOn?.hookRole },
    },
    { parent },
  );
  return merge(
    "terminateHook",
    {
      name: TERMINATE_HOOK,
      autoscalingGroupName: group.name,
      lifecycleTransition: TRANSITION.terminating,
      heartbeatTimeout: hook.heartbeatSeconds ?? 300,
      defaultResult: hook.defaultResult ?? "CONTINUE",
      notificationTargetArn: topicArn,
      roleArn: publisher.arn,
    },
    passOn?.terminateHook,
    (merged) => new aws.autoscaling.LifecycleHook(`${name}-terminate-hook`, merged, { parent }),
  );
}

function publishEncrypted(kmsKeyArn: pulumi.Input<string> | undefined): aws.iam.PolicyStatement[] {
  if (!kmsKeyArn) return [];
  const Action = ["kms:GenerateDataKey", "kms:Decrypt"];
  return [{ Sid: "EncryptAnnouncement", Effect: "Allow", Action, Resource: kmsKeyArn }];
}

/** What an instance needs to know about the hook in which it waits. */
export interface AnsweredHook {
  readonly name: string;
  /** Seconds between two heartbeats. */
  readonly beatSeconds: number;
  readonly maximumSeconds: number;
  readonly onFailedBoot: OnFailedBoot;
}

/**
 * The hook that an instance completes itself; undefined if something else completes it. Also set if the hook is turned off: Pulumi deletes
 * a hook at the end of an update, so instances may still find it until then.
 */
export function hookAnsweredByInstance(
  hooks: LifecycleHooks | undefined,
  onFailedBoot: OnFailedBoot = "replace",
): AnsweredHook | undefined {
  const hook = launchHookOf(hooks);
  if (hook?.completedBy === "other") return undefined;
  return {
    name: LAUNCH_HOOK,
    beatSeconds: Math.floor(heartbeatSeconds(hook ?? {}, onFailedBoot) / BEATS),
    maximumSeconds: hook?.maximumSeconds ?? MAXIMUM_SECONDS,
    onFailedBoot,
  };
}

export function lifecycleHookIssues(
  hooks: LifecycleHooks = {},
  { onFailedBoot, warmPool }: { readonly onFailedBoot?: OnFailedBoot; readonly warmPool: boolean },
): ValidationIssue[] {
  const hook = launchHookOf(hooks);
  return [
    ...(hook ? maximumIssues(hook, onFailedBoot) : []),
    ...(onFailedBoot === "keep" ? keptIssues(hook) : []),
    ...(warmPool ? pooledIssues(hook) : []),
  ];
}

function maximumIssues(hook: LaunchHook, onFailedBoot: OnFailedBoot | undefined): ValidationIssue[] {
  const value = hook.maximumSeconds;
  if (value === undefined) return [];
  const heartbeat = heartbeatSeconds(hook, onFailedBoot);
  const longest = Math.min(LONGEST_WAIT.seconds, LONGEST_WAIT.heartbeats * heartbeat);
  if (Number.isInteger(value) && value >= heartbeat && value <= longest) return [];
  const expected = `${heartbeat} ('heartbeatSeconds') to ${longest} seconds`;
  const fix = "AWS does not let an instance wait longer than 48 hours, or 100 heartbeats";
  return [{ property: "hooks.launch.maximumSeconds", value, expected, fix }];
}

/** A kept instance waits in the hook, and must not go into service when the hook times out. */
function keptIssues(hook: LaunchHook | undefined): ValidationIssue[] {
  const property = "onFailedBoot";
  const fix = "leave out 'onFailedBoot', or leave the hook at its defaults";
  if (!hook || hook.completedBy === "other") {
    const expected = "a launch hook that the instance completes, as 'keep' needs it";
    return [{ property, value: "keep", expected, fix }];
  }
  if (hook.defaultResult !== "CONTINUE") return [];
  const expected = "'hooks.launch.defaultResult' ABANDON with 'keep'";
  return [{ property, value: "keep", expected, fix }];
}

/** Only the hook prevents an instance of a warm pool from being stopped during its first boot, which does not run again. */
function pooledIssues(hook: LaunchHook | undefined): ValidationIssue[] {
  if (hook) return [];
  const fix = "leave it out: the instance completes it when it has converged, and again when it leaves the pool";
  return [{ property: "hooks.launch", value: false, expected: "a launch hook, as a warm pool needs it", fix }];
}
