"""Instance refresh: replacing a group's instances a few at a time, never below the healthy share asked for.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

import math
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError

from capacity import launch, resize
from groups import launch_source, member_memory, memory, serving
from lifecycle import retire
from stamps import now, seconds

UNDER_WAY = ("Pending", "InProgress", "Cancelling")
DEFAULT_MIN_HEALTHY = 90


@dataclass
class Refresh:
    group: Any
    min_healthy: int  # percent of the desired capacity
    max_healthy: int  # percent of the desired capacity
    warmup: float  # seconds that a new instance does not count as healthy
    preferences: dict[str, Any]
    outdated: list[str]  # instance ids still to be replaced
    desired: dict[str, Any] | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "Pending"
    reason: str | None = None
    started: datetime = field(default_factory=now)
    ended: datetime | None = None
    total: int = 0

    def described(self) -> dict[str, Any]:
        done = 100 if not self.total else 100 * (self.total - len(self.outdated)) // self.total
        return {
            "InstanceRefreshId": self.id,
            "AutoScalingGroupName": self.group.name,
            "Status": self.status,
            "StatusReason": self.reason,
            "StartTime": self.started,
            "EndTime": self.ended,
            "PercentageComplete": done,
            "InstancesToUpdate": len(self.outdated),
            "Preferences": self.preferences,
            "DesiredConfiguration": self.desired,
        }


def start(group: Any, preferences: dict[str, Any], desired: dict[str, Any] | None) -> Refresh:
    if any(refresh.status in UNDER_WAY for refresh in memory(group).refreshes):
        raise AutoscalingClientError(
            "InstanceRefreshInProgress",
            "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
        )
    if desired and desired.get("LaunchTemplate"):
        group.launch_config = None
        group._set_launch_configuration("", desired["LaunchTemplate"], None)
    least = int(preferences.get("MinHealthyPercentage", DEFAULT_MIN_HEALTHY))
    most = int(preferences.get("MaxHealthyPercentage", 100))
    refresh = Refresh(
        group,
        least,
        most,
        _warmup(group, preferences),
        preferences,
        _to_replace(group, preferences.get("SkipMatching") in (True, "true")),
        desired,
    )
    refresh.total = len(refresh.outdated)
    memory(group).refreshes.insert(0, refresh)
    return refresh


def _warmup(group: Any, preferences: dict[str, Any]) -> float:
    if preferences.get("InstanceWarmup") is not None:
        return float(preferences["InstanceWarmup"])
    if memory(group).default_warmup is not None:
        return float(memory(group).default_warmup)
    return float(group.health_check_grace_period) if memory(group).grace_given else 0


def _to_replace(group: Any, skip_matching: bool) -> list[str]:
    current = launch_source(group)
    return [
        state.instance.id
        for state in serving(group)
        if not skip_matching or member_memory(state).launch_source != current
    ]


def cancel(group: Any) -> Refresh:
    """What was begun is finished, nothing more is replaced."""
    active = [refresh for refresh in memory(group).refreshes if refresh.status in ("Pending", "InProgress")]
    if not active:
        raise AutoscalingClientError(
            "ActiveInstanceRefreshNotFound",
            f"No in progress or pending Instance Refresh found for Auto Scaling group {group.name}",
        )
    _end(active[0], "Cancelled", "Cancelled due to user request.")
    resize(group, group.desired_capacity)
    return active[0]


def _end(refresh: Refresh, status: str, reason: str | None = None) -> None:
    refresh.status, refresh.reason, refresh.ended = status, reason, now()


def end_with_group(group: Any) -> None:
    for refresh in memory(group).refreshes:
        if refresh.status in UNDER_WAY:
            _end(refresh, "Failed", "The Auto Scaling group was deleted.")


def advance(group: Any) -> None:
    """One step of the refresh under way, if there is one; called at every tick."""
    for refresh in memory(group).refreshes:
        if refresh.status in ("Pending", "InProgress"):
            refresh.status = "InProgress"
            _step(refresh)


def _step(refresh: Refresh) -> None:
    group = refresh.group
    members = {state.instance.id: state for state in serving(group)}
    refresh.outdated = [name for name in refresh.outdated if name in members]
    healthy = [name for name, state in members.items() if _healthy(refresh, state)]
    desired = group.desired_capacity
    if not refresh.outdated:
        if len(members) != desired:
            resize(group, desired)
        if len(healthy) >= desired and not _leaving(group):
            _end(refresh, "Successful")
        return
    # As AWS does, one instance is replaced at a time where the percentages leave no room for any
    least = math.ceil(desired * refresh.min_healthy / 100)
    launch_first = refresh.min_healthy >= 100
    most = max(desired + 1 if launch_first else desired, math.floor(desired * refresh.max_healthy / 100))
    for _ in range(len(members), min(most, desired + len(refresh.outdated))):
        _launch(group)
    if len(healthy) == len(members):
        room = max(0 if launch_first and len(members) <= desired else 1, len(healthy) - least)
        for name in refresh.outdated[:room]:
            retire(
                group,
                members[name],
                f"At {seconds(now())} an instance was taken out of service in response to an instance refresh.",
            )


def _launch(group: Any) -> None:
    launch(group, f"At {seconds(now())} an instance was launched in response to an instance refresh.")


def _healthy(refresh: Refresh, state: Any) -> bool:
    if state.lifecycle_state != "InService":
        return False
    return state.instance.id in refresh.outdated or time.time() >= member_memory(state).in_service_at + refresh.warmup


def _leaving(group: Any) -> bool:
    return any(state.lifecycle_state.startswith("Terminating") for state in group.instance_states)
