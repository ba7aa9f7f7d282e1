"""Selects the instance that a scale-in terminates: from the zone with the most instances, then by the group's termination policies in order.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
"""

from collections.abc import Callable
from typing import Any

from groups import launch_source, member_memory, serving
from purchase import is_spot, market_capacity, on_demand_share

Choice = Callable[[Any, list[Any]], list[Any]]


def victim(group: Any) -> Any | None:
    """The member to terminate next; None if all are protected from scale-in."""
    left = [state for state in serving(group) if not state.protected_from_scale_in]
    if not left:
        return None
    left = _in_the_fullest_zone(group, left)
    for name in group.termination_policies:
        left = POLICIES.get(name, _default)(group, left)
    return left[0]


def _in_the_fullest_zone(group: Any, left: list[Any]) -> list[Any]:
    zones = [state.availability_zone for state in serving(group)]
    most = max(zones.count(state.availability_zone) for state in left)
    return [state for state in left if zones.count(state.availability_zone) == most]


def _too_many_of_one_market(group: Any, left: list[Any]) -> list[Any]:
    policy = group.mixed_instances_policy
    if not policy:
        return left
    share = on_demand_share(policy.get("InstancesDistribution") or {}, group.desired_capacity or 0)
    excess_is_spot = market_capacity(group, spot=False) <= share
    return [state for state in left if is_spot(state) == excess_is_spot] or left


def _outdated(group: Any, left: list[Any]) -> list[Any]:
    current = launch_source(group)
    return [state for state in left if member_memory(state).launch_source != current] or left


def _oldest(_: Any, left: list[Any]) -> list[Any]:
    return left[:1]  # members are in the order of their launch


def _newest(_: Any, left: list[Any]) -> list[Any]:
    return left[-1:]


def _default(group: Any, left: list[Any]) -> list[Any]:
    return _outdated(group, _too_many_of_one_market(group, left))


POLICIES: dict[str, Choice] = {
    "Default": _default,
    "AllocationStrategy": _too_many_of_one_market,
    "OldestInstance": _oldest,
    "NewestInstance": _newest,
    "OldestLaunchConfiguration": _outdated,
    "OldestLaunchTemplate": _outdated,
    "ClosestToNextInstanceHour": _oldest,
}
