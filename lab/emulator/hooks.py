"""Lifecycle hooks of groups, and the rules for their creation.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html: it creates a hook or updates the one with the
same name. Hooks in CreateAutoScalingGroup exist before the group's first instance; others do not.
"""

from typing import Any

from moto.autoscaling.exceptions import ValidationError

from iam_keys import of_topic, queue_needs
from iam_policies import Ask
from permissions import role_refuses

FIELDS = (
    "LifecycleHookName",
    "LifecycleTransition",
    "HeartbeatTimeout",
    "DefaultResult",
    "NotificationTargetARN",
    "NotificationMetadata",
    "RoleARN",
)
RESULTS = ("CONTINUE", "ABANDON")
TRANSITIONS = ("autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING")
SHORTEST, LONGEST, DEFAULT = 30, 7200, 3600  # heartbeat timeout in seconds
LONGEST_WAIT = 172_800  # https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html
BEATS = 100


def put_hook(backend: Any, group_name: str, given: dict[str, Any]) -> Any:
    """Creates the hook or updates the one with this name. Instances that already wait in it keep their timeout."""
    name = given["LifecycleHookName"]
    before = next(iter(backend.describe_lifecycle_hooks(group_name, [name])), None)
    transition = given.get("LifecycleTransition") or (before and before.lifecycle_transition)
    timeout = int(given.get("HeartbeatTimeout") or (before.heartbeat_timeout if before else DEFAULT))
    result = given.get("DefaultResult") or (before.default_result if before else "ABANDON")
    for refused, message in (
        (transition not in TRANSITIONS, f"LifecycleTransition must be one of {list(TRANSITIONS)}, not {transition}"),
        (not SHORTEST <= timeout <= LONGEST, f"HeartbeatTimeout must be between {SHORTEST} and {LONGEST} seconds"),
        (result not in RESULTS, f"DefaultResult must be one of {list(RESULTS)}, not {result}"),
    ):
        if refused:
            raise ValidationError(message)
    target, role = given.get("NotificationTargetARN"), given.get("RoleARN")
    _try_target(target, role)
    hook = backend.create_lifecycle_hook(name, group_name, transition, timeout, result)
    hook.global_timeout = min(LONGEST_WAIT, BEATS * timeout)
    hook.lab_target = hook.notification_target_arn = target
    hook.lab_metadata = hook.notification_metadata = given.get("NotificationMetadata")
    hook.role_arn = role
    return hook


def _try_target(target: str | None, role: str | None) -> None:
    """Auto Scaling sends a test message before it accepts the hook. Wording: https://github.com/aws/aws-cdk/issues/1212"""
    if target and role and not may_tell(target, role):
        raise ValidationError(
            f"Unable to publish test message to notification target {target} using IAM role {role}. "
            "Please check your target and role configuration and try to put lifecycle hook again."
        )


def may_tell(target: str, role: str) -> bool:
    """Whether Auto Scaling may send messages with the permissions of the role.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
    """
    if ":sns:" in target:
        asks = [Ask("sns:Publish", target), *of_topic(target)]
    else:
        asks = [Ask("sqs:SendMessage", target), *queue_needs("sqs:SendMessage", target)]
    return not any(role_refuses(role, "AutoScaling", target.split(":")[3], ask) for ask in asks)


def forget_hooks(backend: Any, group_name: str) -> None:
    """Deletes a group's hooks together with it, so that a later group of the same name does not have them."""
    for hook in backend.describe_lifecycle_hooks(group_name):
        backend.delete_lifecycle_hook(group_name, hook.name)
