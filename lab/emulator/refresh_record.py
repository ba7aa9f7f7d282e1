"""The state of an instance refresh, and its representation in DescribeInstanceRefreshes."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from groups import matches, memory, serving
from stamps import now

ACTIVE = ("Pending", "InProgress", "RollbackInProgress")
UNDER_WAY = (*ACTIVE, "Cancelling")
DEFAULT_MIN_HEALTHY = 90


@dataclass
class RollbackDetails:
    reason: str
    percentage: int  # PercentageComplete when the rollback began
    left: int  # InstancesToUpdate at that time
    started: datetime = field(default_factory=now)

    def described(self) -> dict[str, Any]:
        return {
            "RollbackReason": self.reason,
            "RollbackStartTime": self.started,
            "PercentageCompleteOnRollback": self.percentage,
            "InstancesToUpdateOnRollback": self.left,
        }


@dataclass
class Refresh:
    group: Any
    preferences: dict[str, Any]
    warmup: float  # seconds in which a new instance does not count as healthy
    outdated: list[str]  # instance ids still to be replaced
    size: int  # number of instances in the group at the start
    desired: dict[str, Any] | None = None
    pooled: list[str] = field(default_factory=list)  # ids of the warm pool's instances to replace afterwards
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "Pending"
    reason: str | None = None
    started: datetime = field(default_factory=now)
    ended: datetime | None = None
    total: int = 0
    waits: bool = True  # whether a cancellation waits for launches and terminations in progress
    passed: int = 0  # number of passed checkpoints
    reached_at: float | None = None  # time at which the next checkpoint was reached
    rollback: RollbackDetails | None = None
    paces: dict[str, Any] = field(default_factory=dict)  # preferences in effect: a rollback has no checkpoints

    def __post_init__(self) -> None:
        self.total = len(self.outdated)
        self.paces = self.preferences

    @property
    def min_healthy(self) -> int:
        return int(self.preferences.get("MinHealthyPercentage", DEFAULT_MIN_HEALTHY))

    @property
    def max_healthy(self) -> int:
        return int(self.preferences.get("MaxHealthyPercentage", 100))

    @property
    def done(self) -> int:
        return self.total - len(self.outdated)

    @property
    def percentage(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    def end(self, status: str, reason: str | None = None) -> None:
        self.status, self.reason, self.ended = status, reason, now()

    def described(self) -> dict[str, Any]:
        return {
            "InstanceRefreshId": self.id,
            "AutoScalingGroupName": self.group.name,
            "Status": self.status,
            "StatusReason": self.reason,
            "StartTime": self.started,
            "EndTime": self.ended,
            **self._progress(),
            "Preferences": self.preferences,
            "DesiredConfiguration": self.desired,
        }

    def _progress(self) -> dict[str, Any]:
        """A rollback counts down: the percentage "gradually goes back down to zero", and InstancesToUpdate remains the number of
        those "that were not yet updated by the instance refresh" (API reference, InstanceRefresh)."""
        if self.rollback is None:
            return {"PercentageComplete": self.percentage, "InstancesToUpdate": len(self.outdated)}
        percentage = self.rollback.percentage * len(self.outdated) // self.total if self.total else 0
        return {
            "PercentageComplete": percentage,
            "InstancesToUpdate": self.rollback.left,
            "RollbackDetails": self.rollback.described(),
        }


def warmup_of(group: Any, preferences: dict[str, Any]) -> float:
    if preferences.get("InstanceWarmup") is not None:
        return float(preferences["InstanceWarmup"])
    if memory(group).default_warmup is not None:
        return float(memory(group).default_warmup)
    return float(group.health_check_grace_period) if memory(group).grace_given else 0


def to_replace(group: Any, preferences: dict[str, Any]) -> list[str]:
    """Ids of the instances that a refresh must replace."""
    skip_matching = preferences.get("SkipMatching") in (True, "true")
    ignore_protected = preferences.get("ScaleInProtectedInstances") == "Ignore"
    return [
        state.instance.id
        for state in serving(group)
        if not (skip_matching and matches(group, state))
        and not (ignore_protected and state.protected_from_scale_in)
    ]


def to_replace_in_pool(group: Any, preferences: dict[str, Any]) -> list[str]:
    skip_matching = preferences.get("SkipMatching") in (True, "true")
    return [state.instance.id for state in memory(group).warm if not (skip_matching and matches(group, state))]
