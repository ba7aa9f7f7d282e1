"""Instance refresh: replaces a group's instances a few at a time and keeps the minimum healthy percentage.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
With a desired configuration, the group launches from it while the refresh is in progress. It is saved on the group when the refresh
has succeeded: "Once the instance refresh succeeds, Amazon EC2 Auto Scaling updates the settings of the Auto Scaling group to
reflect the new desired configuration" (API reference, StartInstanceRefresh).
"""

import copy
import math
import time
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError

import checkpoints
import mixed_policies
import warm_pool
from capacity import launch, resize
from groups import launch_fields, member_memory, memory, put_launch_fields, serving, suspended
from lifecycle import retire
from refresh_record import ACTIVE, UNDER_WAY, Refresh, RollbackDetails, to_replace, to_replace_in_pool, warmup_of
from refresh_rules import check, check_rollback, is_set
from stamps import now, seconds


def start(group: Any, preferences: dict[str, Any], desired: dict[str, Any] | None) -> Refresh:
    if any(refresh.status in UNDER_WAY for refresh in memory(group).refreshes):
        raise AutoscalingClientError(
            "InstanceRefreshInProgress",
            "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
        )
    check(group, preferences, desired)
    memory(group).desired = _wanted(group, desired) if desired else None
    outdated, size = to_replace(group, preferences), len(serving(group))
    pooled = to_replace_in_pool(group, preferences)
    refresh = Refresh(group, preferences, warmup_of(group, preferences), outdated, size, desired, pooled)
    memory(group).refreshes.insert(0, refresh)
    return refresh


def _wanted(group: Any, desired: dict[str, Any]) -> dict[str, Any]:
    """The launch fields that moto would store for this configuration. The group itself stays unchanged."""
    saved = launch_fields(group)
    try:
        group.launch_config = group.launch_configuration_name = None
        group.mixed_instances_policy = mixed = copy.deepcopy(desired.get("MixedInstancesPolicy"))
        mixed_policies.check(group.ec2_backend, mixed)
        group._set_launch_configuration("", desired.get("LaunchTemplate"), mixed)
        if group.ec2_launch_template:
            group.ec2_launch_template.get_version(group.launch_template_version)  # raises an error if it does not exist
        mixed_policies.complete(group.ec2_backend, mixed)
        return launch_fields(group)
    finally:
        put_launch_fields(group, saved)


def cancel(group: Any, waits: bool = True) -> Refresh:
    """Stops replacing instances, without a rollback. A rollback can be cancelled too.

    By default the cancellation is complete after "in-flight launches and terminations":
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html, WaitForTransitioningInstances
    """
    refresh = _active(group, ACTIVE)
    refresh.status, refresh.reason, refresh.waits = "Cancelling", "Cancelled due to user request.", waits
    return refresh


def roll_back(group: Any, reason: str = "Rollback initiated by user request.") -> Refresh:
    """Returns to the configuration saved on the group, and replaces the instances that the refresh launched.

    "The new instances match the configuration that you last saved on the Auto Scaling group before starting the instance
    refresh": https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
    """
    refresh = _active(group, ("Pending", "InProgress"))
    check_rollback(group, refresh.desired)
    refresh.rollback = RollbackDetails(reason, refresh.percentage, len(refresh.outdated))
    memory(group).desired = None
    different = {"SkipMatching": True}
    refresh.outdated, refresh.pooled = to_replace(group, different), to_replace_in_pool(group, different)
    refresh.status, refresh.reason, refresh.total = "RollbackInProgress", reason, len(refresh.outdated)
    refresh.paces = {**refresh.preferences, "CheckpointPercentages": None, "AlarmSpecification": None}
    refresh.passed, refresh.reached_at = 0, None
    return refresh


def _active(group: Any, statuses: tuple[str, ...]) -> Refresh:
    for refresh in memory(group).refreshes:
        if refresh.status in statuses:
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
    """Runs one step of the refresh in progress, if there is one. Called at every tick."""
    for refresh in memory(group).refreshes:
        if refresh.status == "Cancelling" and not (refresh.waits and _in_flight(group)):
            _end(refresh, "Cancelled", refresh.reason)
            resize(group, group.desired_capacity)
        if refresh.status in ACTIVE and not suspended(group, "InstanceRefresh"):
            if refresh.status == "Pending":
                refresh.status = "InProgress"
            if not _stopped_by_alarm(refresh):
                _step(refresh)


def _end(refresh: Refresh, status: str, reason: str | None = None) -> None:
    """Ends the refresh. Its desired configuration is saved on the group only after success."""
    note = memory(refresh.group)
    if status == "Successful" and note.desired:
        put_launch_fields(refresh.group, note.desired)
    note.desired = None
    refresh.end(status, reason)


def _stopped_by_alarm(refresh: Refresh) -> bool:
    alarm = checkpoints.alarm_in_alarm(refresh.group, refresh.paces)
    if alarm is None:
        return False
    reason = f"CloudWatch alarm {alarm} is in state ALARM."
    if is_set(refresh.preferences, "AutoRollback"):
        roll_back(refresh.group, reason)
    else:
        _end(refresh, "Failed", reason)
    return True


def _step(refresh: Refresh) -> None:
    group = refresh.group
    members = {state.instance.id: state for state in serving(group)}
    refresh.outdated = [name for name in refresh.outdated if name in members]
    due = refresh.outdated[: checkpoints.limit(refresh.total, refresh.paces, refresh.passed) - refresh.done]
    healthy = [name for name, state in members.items() if _healthy(refresh, state)]
    desired = _size(refresh)
    if not due:
        resize(group, group.desired_capacity)
        if len(healthy) >= desired and not _leaving(group):
            _reach(refresh)
        return
    # As in AWS, one instance at a time is replaced if the percentages do not allow more
    least = math.ceil(desired * refresh.min_healthy / 100)
    launch_first = refresh.min_healthy >= 100
    most = max(desired + 1 if launch_first else desired, math.floor(desired * refresh.max_healthy / 100))
    for _ in range(len(members), min(most, desired + len(due))):
        if memory(group).retry_at:
            break  # a launch has failed and will be retried later
        launch(group, f"At {seconds(now())} an instance was launched in response to an instance refresh.")
    if len(healthy) == len(members):
        one_anyway = len(members) > desired if launch_first else len(members) >= desired
        room = max(int(one_anyway), len(healthy) - least)
        for name in due[:room]:
            _replace(refresh, members[name])


def _reach(refresh: Refresh) -> None:
    """Called when all instances that are due have been replaced: ends the refresh, or waits at a checkpoint."""
    reached = checkpoints.reached(refresh.percentage, refresh.paces, refresh.passed)
    if checkpoints.is_last(refresh.paces, reached):
        if not warm_pool.replace(refresh.group, refresh.pooled):
            return
        rolled_back = refresh.status == "RollbackInProgress"
        _end(refresh, "RollbackSuccessful" if rolled_back else "Successful", refresh.reason if rolled_back else None)
    elif refresh.reached_at is None:
        percent = checkpoints.percentages(refresh.paces)[reached]
        refresh.passed, refresh.reached_at = reached, time.time()
        refresh.reason = f"Checkpoint of {percent} percent reached, {refresh.done} of {refresh.total} instances replaced."
    elif checkpoints.waited(refresh.paces, refresh.reached_at):
        refresh.passed, refresh.reached_at, refresh.reason = refresh.passed + 1, None, None


def _replace(refresh: Refresh, state: Any) -> None:
    protected_too = refresh.preferences.get("ScaleInProtectedInstances") == "Refresh"
    if state.protected_from_scale_in and not protected_too:
        return  # waits until the protection is removed
    cause = f"At {seconds(now())} an instance was taken out of service in response to an instance refresh."
    retire(refresh.group, state, cause)


def _size(refresh: Refresh) -> int:
    """Number of instances for the group; with weights, the number at the start."""
    weighted = any(member_memory(state).weight > 1 for state in serving(refresh.group))
    return refresh.size if weighted else refresh.group.desired_capacity


def _healthy(refresh: Refresh, state: Any) -> bool:
    if state.lifecycle_state != "InService":
        return False
    return state.instance.id in refresh.outdated or time.time() >= member_memory(state).in_service_at + refresh.warmup


def _in_flight(group: Any) -> bool:
    return any(state.lifecycle_state.startswith(("Pending", "Terminating")) for state in group.instance_states)


def _leaving(group: Any) -> bool:
    return any(state.lifecycle_state.startswith("Terminating") for state in group.instance_states)
