import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { TRANSITION } from "../../contract/auto-scaling-events";
import { ServiceRole } from "../iam/service-role";
import { merge } from "../pass-through/merge";
import type { PassOn } from "../pass-through/pass-on";
import type { ValidationIssue } from "../validation/issues";

/**
 * Points at which an instance waits on its way in or out. Each is a resource of its own, so that a change of it does not
 * replace the group; the launch hook is in a new group from its first instance on besides.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
 */
export interface LifecycleHooks {
  /**
   * An instance waits before it goes into service; `false`: it does not, and may serve before it has converged, or without.
   *
   * @default a hook that the instance answers by itself
   */
  readonly launch?: LaunchHook | false;
  /** An instance waits before it is terminated, until the reaper has removed its node and client. @default none */
  readonly terminate?: TerminateHook;
}

export interface LaunchHook {
  /**
   * Who lets it go on. `instance`: the instance itself, when its first Chef run succeeded, so that nothing that failed to
   * converge ever goes into service; `other`: whoever you charge with it.
   *
   * @default "instance"
   */
  readonly completedBy?: "instance" | "other";
  /**
   * Seconds without a heartbeat after which `defaultResult` counts, 30 to 7,200. The instance sends three in that time
   * while its first boot goes on. AWS lets none wait longer than 100 times this, or 48 hours.
   *
   * @default 900; 7200 with `onFailedBoot: "keep"`
   */
  readonly heartbeatSeconds?: number;
  /** Seconds that a first boot may take. After them the instance sends no more heartbeats. @default 7200 */
  readonly maximumSeconds?: number;
  /** What happens to an instance that nobody answers for. @default "ABANDON", it is terminated and replaced */
  readonly defaultResult?: "ABANDON" | "CONTINUE";
}

export interface TerminateHook {
  /** Seconds after which the instance goes all the same. @default 300 */
  readonly heartbeatSeconds?: number;
  /** `ABANDON` skips the group's other hooks; the instance is terminated with both. @default "CONTINUE" */
  readonly defaultResult?: "ABANDON" | "CONTINUE";
}

/**
 * What becomes of an instance whose first boot failed. `replace`: it is terminated, and another launched. `keep`: it waits
 * in the launch hook, out of service but alive to be looked at, for at most 48 hours.
 */
export type OnFailedBoot = "replace" | "keep";

/** Names of the hooks in their group. */
export const LAUNCH_HOOK = "launch";
const TERMINATE_HOOK = "terminate";

const HEARTBEAT_SECONDS = 900;
/** A kept instance lives the 48 hours that AWS allows only with a long timeout, and longer than its heartbeats then. */
const KEPT_HEARTBEAT_SECONDS = 7200;
const MAXIMUM_SECONDS = 7200;
/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html, GlobalTimeout */
const LONGEST_WAIT = { seconds: 172_800, heartbeats: 100 } as const;
/** Heartbeats that are sent before the hook would time out: two may be lost. */
const BEATS = 3;

export interface LifecycleHooksArgs {
  readonly hooks: LifecycleHooks;
  readonly onFailedBoot?: OnFailedBoot;
  readonly group: aws.autoscaling.Group;
  /** Topic the reaper reads. */
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

/** The same that the group was made with, where it was made with one: AWS takes a hook of a known name as its update. */
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
 * The launch hook for the group itself: it is there before the group's first instance, as no resource can be that comes
 * after the group. The provider would replace the group for a change of it, so changes reach the other resource alone.
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

/** What an instance is told of the hook in which it waits. */
export interface AnsweredHook {
  readonly name: string;
  /** Seconds between two heartbeats. */
  readonly beatSeconds: number;
  readonly maximumSeconds: number;
  readonly onFailedBoot: OnFailedBoot;
}

/**
 * The hook that an instance answers by itself; none where somebody else answers. It answers as well where there is no
 * hook: one that is switched off is deleted at the end of an update, so that instances may meet it until then.
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
  const fix = "AWS lets no instance wait longer than 48 hours, or 100 heartbeats";
  return [{ property: "hooks.launch.maximumSeconds", value, expected, fix }];
}

/** What is kept waits in the hook, and must not go into service when its time is over. */
function keptIssues(hook: LaunchHook | undefined): ValidationIssue[] {
  const property = "onFailedBoot";
  const fix = "leave 'onFailedBoot' out, or the hook as it is by default";
  if (!hook || hook.completedBy === "other") {
    const expected = "a launch hook that the instance answers beside 'keep'";
    return [{ property, value: "keep", expected, fix }];
  }
  if (hook.defaultResult !== "CONTINUE") return [];
  const expected = "'hooks.launch.defaultResult' ABANDON beside 'keep'";
  return [{ property, value: "keep", expected, fix }];
}

/** Nothing else holds an instance back from being stopped in the middle of its first boot, which never runs again. */
function pooledIssues(hook: LaunchHook | undefined): ValidationIssue[] {
  if (hook) return [];
  const fix = "leave it out: the instance answers it when it has converged, and again when it leaves the pool";
  return [{ property: "hooks.launch", value: false, expected: "a launch hook beside a warm pool", fix }];
}
