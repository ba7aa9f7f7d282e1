import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Mistake } from "../mistakes";
import { ServiceRole } from "../service-role";

/**
 * Points at which an instance waits on its way in or out. Each is a resource of its own, so that a change of it does not
 * replace the group. Instances that the group starts at its very creation are older than its hooks and do not wait.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
 */
export interface LifecycleHooks {
  /** An instance waits before it goes into service. @default none */
  readonly launch?: LaunchHook;
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
  /** Seconds after which `defaultResult` counts. @default 900 */
  readonly heartbeatSeconds?: number;
  /** What happens to an instance that nobody answers for. @default "ABANDON", it is terminated */
  readonly defaultResult?: "ABANDON" | "CONTINUE";
}

export interface TerminateHook {
  /** Seconds after which the instance goes all the same. @default 300 */
  readonly heartbeatSeconds?: number;
  /** `ABANDON` skips the group's other hooks; the instance is terminated with both. @default "CONTINUE" */
  readonly defaultResult?: "ABANDON" | "CONTINUE";
}

/** Names of the hooks in their group. */
export const LAUNCH_HOOK = "launch";
const TERMINATE_HOOK = "terminate";

export interface LifecycleHooksArgs {
  readonly hooks: LifecycleHooks;
  readonly group: aws.autoscaling.Group;
  /** Topic the reaper reads. */
  readonly topicArn: pulumi.Output<string>;
  readonly topicKmsKeyArn?: pulumi.Input<string>;
  readonly permissionsBoundary?: pulumi.Input<string>;
}

export function createLifecycleHooks(name: string, args: LifecycleHooksArgs, parent: pulumi.Resource): void {
  if (args.hooks.launch) createLaunchHook(name, args.hooks.launch, args, parent);
  if (args.hooks.terminate) createTerminateHook(name, args.hooks.terminate, args, parent);
}

function createLaunchHook(
  name: string,
  hook: LaunchHook,
  { group }: LifecycleHooksArgs,
  parent: pulumi.Resource,
): void {
  new aws.autoscaling.LifecycleHook(
    `${name}-launch-hook`,
    {
      name: LAUNCH_HOOK,
      autoscalingGroupName: group.name,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
      heartbeatTimeout: hook.heartbeatSeconds ?? 900,
      defaultResult: hook.defaultResult ?? "ABANDON",
    },
    { parent },
  );
}

function createTerminateHook(
  name: string,
  hook: TerminateHook,
  args: LifecycleHooksArgs,
  parent: pulumi.Resource,
): void {
  const { group, topicArn, topicKmsKeyArn, permissionsBoundary } = args;
  const publisher = new ServiceRole(
    `${name}-terminate-hook`,
    {
      service: "autoscaling.amazonaws.com",
      statements: [
        { Sid: "Announce", Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
        ...publishEncrypted(topicKmsKeyArn),
      ],
      permissionsBoundary,
    },
    { parent },
  );
  new aws.autoscaling.LifecycleHook(
    `${name}-terminate-hook`,
    {
      name: TERMINATE_HOOK,
      autoscalingGroupName: group.name,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      heartbeatTimeout: hook.heartbeatSeconds ?? 300,
      defaultResult: hook.defaultResult ?? "CONTINUE",
      notificationTargetArn: topicArn,
      roleArn: publisher.arn,
    },
    { parent },
  );
}

function publishEncrypted(kmsKeyArn: pulumi.Input<string> | undefined): aws.iam.PolicyStatement[] {
  if (!kmsKeyArn) return [];
  const Action = ["kms:GenerateDataKey", "kms:Decrypt"];
  return [{ Sid: "EncryptAnnouncement", Effect: "Allow", Action, Resource: kmsKeyArn }];
}

/** The hook that an instance answers by itself; none where there is none or somebody else answers. */
export function hookAnsweredByInstance(hooks: LifecycleHooks | undefined): string | undefined {
  return hooks?.launch && (hooks.launch.completedBy ?? "instance") === "instance" ? LAUNCH_HOOK : undefined;
}

export function lifecycleHookMistakes(hooks: LifecycleHooks | undefined, warmPool: boolean): Mistake[] {
  const wrong = (["launch", "terminate"] as const).flatMap((transition): Mistake[] => {
    const seconds = hooks?.[transition]?.heartbeatSeconds;
    if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 30 && seconds <= 7200)) return [];
    const property = `hooks.${transition}.heartbeatSeconds`;
    return [{ property, value: seconds, expected: "30 to 7200 seconds", wayOut: "whoever works longer extends it" }];
  });
  if (!warmPool || !hookAnsweredByInstance(hooks)) return wrong;
  const expected = "'other' beside a warm pool";
  const wayOut = "an instance that leaves the pool is started, not booted anew, and does not answer again";
  return [...wrong, { property: "hooks.launch.completedBy", value: "instance", expected, wayOut }];
}
