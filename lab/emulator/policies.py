"""Scaling policies: how much a policy changes the capacity, and when a cooldown or warm-up delays it.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
"""

import math
import time
from typing import Any

from moto.autoscaling.models import AutoScalingBackend

from capacity import resize
from groups import memory


def adjusted(current: int, kind: str, by: float, least: int = 1) -> int:
    """The capacity after an adjustment. `least` is MinAdjustmentMagnitude, which applies only to percentages."""
    if kind == "ExactCapacity":
        return int(by)
    if kind == "PercentChangeInCapacity":
        exact = current * by / 100
        change = math.copysign(1, exact) if 0 < abs(exact) < 1 else math.trunc(exact)
        if change and abs(change) < least:
            change = math.copysign(least, change)
        return int(current + change)
    return int(current + by)


def step_for(steps: list[dict[str, Any]], metric: float, threshold: float) -> int:
    """The adjustment of the step whose interval, relative to the threshold, contains the metric; 0 if none does."""
    distance = metric - threshold
    for step in steps or []:
        low, high = step.get("MetricIntervalLowerBound"), step.get("MetricIntervalUpperBound")
        if (low is None or distance >= float(low)) and (high is None or distance < float(high)):
            return int(step["ScalingAdjustment"])
    return 0


def clamp(group: Any, wanted: float) -> int:
    return int(min(max(wanted, group.min_size), group.max_size))


def in_cooldown(group: Any, seconds: float | None = None) -> bool:
    """Whether a policy changed this group less than `seconds` ago (by default, the group's cooldown)."""
    wait = group.default_cooldown if seconds is None else seconds
    return time.time() < memory(group).scaled_at + wait


def wanted_capacity(group: Any, policy: Any, metric: float, threshold: float, honour_cooldown: bool) -> float | None:
    """The capacity that a policy asks for, before it is limited to the group's sizes; None during a cooldown or warm-up."""
    current, least = group.desired_capacity, int(policy.min_adjustment_magnitude or 1)
    if policy.policy_type == "SimpleScaling":
        if honour_cooldown and in_cooldown(group, policy.cooldown):
            return None
        return adjusted(current, policy.adjustment_type, policy.scaling_adjustment, least)
    if policy.policy_type == "StepScaling":
        by = step_for(policy.step_adjustments, metric, threshold)
        if by > 0 and in_cooldown(group, _warmup(group, policy)):
            return None
        return adjusted(current, policy.adjustment_type, by, least)
    return _tracked(group, policy, metric)


def _warmup(group: Any, policy: Any) -> float:
    return float(policy.estimated_instance_warmup or memory(group).default_warmup or 0)


def _tracked(group: Any, policy: Any, metric: float) -> float | None:
    """Target tracking: the capacity in proportion to metric and target; None while a new instance warms up."""
    tracking = policy.target_tracking_configuration
    target = float(tracking.TargetValue)
    if metric < target and getattr(tracking, "DisableScaleIn", False):
        return None
    if metric > target and in_cooldown(group, _warmup(group, policy)):
        return None
    return math.ceil(group.desired_capacity * metric / target)


def execute(policy: Any, metric: float, threshold: float, honour_cooldown: bool = True, why: str | None = None) -> bool:
    """Runs a policy. Returns False if a cooldown or warm-up prevented it."""
    group = policy.autoscaling_backend.autoscaling_groups[policy.auto_scaling_group_name]
    wanted = wanted_capacity(group, policy, metric, threshold, honour_cooldown)
    if wanted is None:
        return False
    wanted = clamp(group, wanted)
    if wanted != group.desired_capacity:
        resize(group, wanted, why or f"a user request executed policy {policy.name}")
        memory(group).scaled_at = time.time()  # only a policy starts a cooldown; a manual change does not
    return True


def policies_of(backend: Any, group_name: str) -> list[Any]:
    return [policy for policy in backend.policies.values() if policy.auto_scaling_group_name == group_name]


def find_policy(backend: Any, group_name: str | None, name_or_arn: str) -> Any | None:
    return next(
        (
            policy
            for policy in backend.policies.values()
            if name_or_arn == policy.arn
            or (name_or_arn == policy.name and group_name in (None, policy.auto_scaling_group_name))
        ),
        None,
    )


def key_by_group() -> None:
    """Keeps policies by group and name. moto uses only the name, so policies of two groups would overwrite each other."""
    plain_put = AutoScalingBackend.put_scaling_policy

    def put_scaling_policy(backend: Any, name: str, *args: Any, **options: Any) -> Any:
        same_name = backend.policies.pop(name, None)
        policy = plain_put(backend, name, *args, **options)
        backend.policies[(policy.auto_scaling_group_name, name)] = backend.policies.pop(name)
        if same_name:
            backend.policies[name] = same_name
        return policy

    AutoScalingBackend.put_scaling_policy = put_scaling_policy
