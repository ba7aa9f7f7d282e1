"""Instance refresh: replacing a group's instances a few at a time, never below the healthy share asked for.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
Unlike AWS, the group launches from the desired configuration as soon as the refresh starts, not when it has ended.
"""

import math
import time
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError

import checkpoints
from capacity import launch, resize
from groups import member_memory, memory, serving, suspended
from lifecycle import retire
from refresh_record import ACTIVE, UNDER_WAY, Refresh, to_replace, warmup_of
from stamps import now, seconds

LAUNCH_FIELDS = (
    "ec2_launch_template",
    "launch_template_version",
    "provided_launch_template_version",
    "launch_config",
    "launch_configuration_name",
    "mixed_instances_policy",
)


def start(group: Any, preferences: dict[str, Any], desired: dict[str, Any] | None) -> Refresh:
    if any(refresh.status in UNDER_WAY for refresh in memory(group).refreshes):
        raise AutoscalingClientError(
            "InstanceRefreshInProgress",
            "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
        )
    if preferences.get("AutoRollback") in (True, "true") and not desired:
        raise ValidationError("The AutoRollback parameter needs a DesiredConfiguration to roll back from.")
    before = {name: getattr(group, name, None) for name in LAUNCH_FIELDS}
    if desired:
        _configure(group, desired)
    outdated, size = to_replace(group, preferences), len(serving(group))
    refresh = Refresh(group, preferences, warmup_of(group, preferences), outdated, size, before, desired)
    memory(group).refreshes.insert(0, refresh)
    return refresh


def _configure(group: Any, desired: dict[str, Any]) -> None:
    template, mixed = desired.get("LaunchTemplate"), desired.get("MixedInstancesPolicy")
    group.launch_config = group.launch_configuration_name = None
    group.mixed_instances_policy = mixed
    group._set_launch_configuration("", template, mixed)


def cancel(group: Any) -> Refresh:
    """What was begun is finished, nothing more is replaced."""
    refresh = _active(group)
    refresh.end("Cancelled", "Cancelled due to user request.")
    resize(group, group.desired_capacity)
    return refresh


def roll_back(group: Any, reason: str = "Rolled back due to user request.") -> Refresh:
    """Back to what the group launched from before; what is new by now is replaced in turn."""
    refresh = _active(group)
    if not refresh.desired:
        raise AutoscalingClientError(
            "IrreversibleInstanceRefresh", "The instance refresh has no desired configuration to roll back from."
        )
    for name, value in refresh.before.items():
        setattr(group, name, value)
    refresh.outdated = to_replace(group, {"SkipMatching": True})
    refresh.status, refresh.reason, refresh.total = "RollbackInProgress", reason, len(refresh.outdated)
    refresh.preferences = {**refresh.preferences, "CheckpointPercentages": None, "AlarmSpecification": None}
    refresh.passed, refresh.reached_at = 0, None
    return refresh


def _active(group: Any) -> Refresh:
    for refresh in memory(group).refreshes:
        if refresh.status in ("Pending", "InProgress"):
            return refresh
    raise AutoscalingClientError(
        "ActiveInstanceRefreshNotFound",
        f"No in progress or pending Instance Refresh found for Auto Scaling group {group.name}",
    )


def end_with_group(group: Any) -> None:
    for refresh in memory(group).refreshes:
        if refresh.status in UNDER_WAY:
            refresh.end("Failed", "The Auto Scaling group was deleted.")


def advance(group: Any) -> None:
    """One step of the refresh under way, if there is one; called at every tick."""
    if suspended(group, "InstanceRefresh"):
        return
    for refresh in memory(group).refreshes:
        if refresh.status in ACTIVE:
            if refresh.status == "Pending":
                refresh.status = "InProgress"
            if not _stopped_by_alarm(refresh):
                _step(refresh)


def _stopped_by_alarm(refresh: Refresh) -> bool:
    alarm = checkpoints.alarm_in_alarm(refresh.group, refresh.preferences)
    if alarm is None:
        return False
    reason = f"CloudWatch alarm {alarm} is in state ALARM."
    if refresh.preferences.get("AutoRollback") in (True, "true"):
        roll_back(refresh.group, reason)
    else:
        refresh.end("Failed", reason)
    return True


def _step(refresh: Refresh) -> None:
    group = refresh.group
    members = {state.instance.id: state for state in serving(group)}
    refresh.outdated = [name for name in refresh.outdated if name in members]
    due = refresh.outdated[: checkpoints.limit(refresh.total, refresh.preferences, refresh.passed) - refresh.done]
    healthy = [name for name, state in members.items() if _healthy(refresh, state)]
    desired = _size(refresh)
    if not due:
        resize(group, group.desired_capacity)
        if len(healthy) >= desired and not _leaving(group):
            _reach(refresh)
        return
    # As AWS does, one instance is replaced at a time where the percentages leave no room for any
    least = math.ceil(desired * refresh.min_healthy / 100)
    launch_first = refresh.min_healthy >= 100
    most = max(desired + 1 if launch_first else desired, math.floor(desired * refresh.max_healthy / 100))
    for _ in range(len(members), min(most, desired + len(due))):
        launch(group, f"At {seconds(now())} an instance was launched in response to an instance refresh.")
    if len(healthy) == len(members):
        room = max(0 if launch_first and len(members) <= desired else 1, len(healthy) - least)
        for name in due[:room]:
            _replace(refresh, members[name])


def _reach(refresh: Refresh) -> None:
    """All that was due is replaced: the refresh is over, or waits at a checkpoint."""
    if checkpoints.is_last(refresh.preferences, refresh.passed):
        rolled_back = refresh.status == "RollbackInProgress"
        refresh.end("RollbackSuccessful" if rolled_back else "Successful", refresh.reason if rolled_back else None)
    elif refresh.reached_at is None:
        refresh.reached_at, refresh.reason = time.time(), f"Checkpoint reached at {refresh.done} of {refresh.total}."
    elif checkpoints.waited(refresh.preferences, refresh.reached_at):
        refresh.passed, refresh.reached_at, refresh.reason = refresh.passed + 1, None, None


def _replace(refresh: Refresh, state: Any) -> None:
    protected_too = refresh.preferences.get("ScaleInProtectedInstances") == "Refresh"
    if state.protected_from_scale_in and not protected_too:
        return  # waits until somebody takes the protection off
    cause = f"At {seconds(now())} an instance was taken out of service in response to an instance refresh."
    retire(refresh.group, state, cause)


def _size(refresh: Refresh) -> int:
    """Instances that the group shall have; where they have weights, as many as at the start."""
    weighted = any(member_memory(state).weight > 1 for state in serving(refresh.group))
    return refresh.size if weighted else refresh.group.desired_capacity


def _healthy(refresh: Refresh, state: Any) -> bool:
    if state.lifecycle_state != "InService":
        return False
    return state.instance.id in refresh.outdated or time.time() >= member_memory(state).in_service_at + refresh.warmup


def _leaving(group: Any) -> bool:
    return any(state.lifecycle_state.startswith("Terminating") for state in group.instance_states)
