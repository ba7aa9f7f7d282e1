"""Brings a group to its desired capacity by launching missing instances and terminating excess ones."""

import time
from typing import Any

from moto.autoscaling import models
from moto.autoscaling.exceptions import ValidationError

import launch_failures
import target_groups
import warm_pool
from groups import all_groups, memory, serving, suspended
from launching import start_instance
from lifecycle import EC2, WARM_POOL, admit, retire
from notifications import announce_failed
from purchase import capacity_of, weight_of
from scale_in import victim
from stamps import now, seconds


def launch(group: Any, cause: str) -> Any | None:
    """Adds one instance to the group: a ready one from its warm pool if there is one, otherwise a new one.

    Returns None if EC2 launches none or it ends at once. As in AWS, the launch is then retried a little later.
    """
    if taken := warm_pool.take(group, cause):
        return taken
    try:
        state = start_instance(group)
    except launch_failures.LaunchFailed as failure:
        announce_failed(group, "Failed", str(failure), cause)
        memory(group).retry_at = time.time() + launch_failures.RETRY_SECONDS
        return None
    if why := launch_failures.end_at_start(group):
        group.ec2_backend.terminate_instances([state.instance.id])
        announce_failed(group, "Cancelled", why, cause, state.instance)
        memory(group).retry_at = time.time() + launch_failures.RETRY_SECONDS
        return None
    group.instance_states.append(state)
    admit(group, state, cause)
    return state


def retry_launches() -> None:
    """Retries failed launches that are due."""
    for group in all_groups():
        if 0 < memory(group).retry_at < time.time():
            memory(group).retry_at = 0
            resize(group, group.desired_capacity)


def resize(group: Any, wanted: int | None, why: str = "a user request explicitly set group desired capacity") -> None:
    """Brings the group to `wanted` units of capacity; None means the minimum size. Replaces moto's set_desired_capacity."""
    before = getattr(group, "desired_capacity", 0) or 0
    group.desired_capacity = wanted = group.min_size if wanted is None else wanted
    change = f"At {seconds(now())} {why} changing the desired capacity from {before} to {wanted}.  "
    reason = change if before != wanted else ""
    if not suspended(group, "Launch"):
        _grow(group, wanted, reason)
    if not suspended(group, "Terminate"):
        _shrink(group, wanted, reason)
    _tell_load_balancers(group)


def _grow(group: Any, wanted: int, reason: str) -> None:
    while not memory(group).retry_at and (count := capacity_of(group)) < wanted:
        launch(
            group,
            f"{reason}At {seconds(now())} an instance was started in response to a difference between desired "
            f"and actual capacity, increasing the capacity from {count} to {count + 1}.",
        )


def _shrink(group: Any, wanted: int, reason: str) -> None:
    while (count := capacity_of(group)) > wanted:
        leaving = victim(group)
        if leaving is None or count - weight_of(leaving) < wanted:
            return  # all are protected, or removing this one would leave too little capacity
        retire(
            group,
            leaving,
            f"{reason}At {seconds(now())} an instance was taken out of service in response to a "
            f"difference between desired and actual capacity, shrinking the capacity from {count} to "
            f"{count - weight_of(leaving)}.",
            WARM_POOL if _reuses(group) and len(memory(group).warm) < warm_pool.wanted_size(group) else EC2,
        )


def _reuses(group: Any) -> bool:
    policy = group.warm_pool.instance_reuse_policy if group.warm_pool else None
    return (policy or {}).get("ReuseOnScaleIn") in (True, "true")


def _tell_load_balancers(group: Any) -> None:
    backend = group.autoscaling_backend
    if group.name in backend.autoscaling_groups and not suspended(group, "AddToLoadBalancer"):
        backend.update_attached_elbs(group.name)
    target_groups.register()


# Wording: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-healthchecks.html
EC2_CHECK = "an EC2 health check indicating it has been terminated or stopped"
ELB_CHECK = "an ELB system health check failure"


def replace_unhealthy(backend: Any, instance_ids: list[str], response: str = EC2_CHECK) -> None:
    """Takes members out of service that were terminated from outside or marked as unhealthy, and replaces them."""
    for group in list(backend.autoscaling_groups.values()):
        gone = [state for state in group.instance_states if state.instance.id in instance_ids]
        for state in gone:
            retire(
                group,
                state,
                f"At {seconds(now())} an instance was taken out of service in response to {response}.",
            )
        if gone:
            resize(group, group.desired_capacity)


def replace_ailing() -> None:
    for group in all_groups():
        if suspended(group, "ReplaceUnhealthy") or suspended(group, "HealthCheck"):
            continue
        ailing = [state.instance.id for state in serving(group) if state.health_status == "Unhealthy"]
        if ailing:
            replace_unhealthy(group.autoscaling_backend, ailing)
        if refused := target_groups.unhealthy_members(group):
            replace_unhealthy(group.autoscaling_backend, refused, ELB_CHECK)


def terminate_member(backend: Any, instance_id: str, decrement: bool) -> models.TerminateInstanceActivity:
    """Implements TerminateInstanceInAutoScalingGroup."""
    found = [
        (group, state)
        for group in backend.autoscaling_groups.values()
        for state in group.instance_states
        if state.instance.id == instance_id
    ]
    if not found:
        raise ValidationError(f"Instance Id not found - No managed instance found for instance ID: {instance_id}")
    group, state = found[0]
    size = group.desired_capacity
    if decrement and size - 1 < group.min_size:
        raise ValidationError(
            f"Currently, desiredSize equals minSize ({size}). Terminating instance without replacement will violate "
            "group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or "
            "lower group's min size."
        )
    activity = models.TerminateInstanceActivity(state.instance, size)
    tail = f", shrinking the capacity from {size} to {size - 1}." if decrement else "."
    retire(
        group,
        state,
        f"At {seconds(now())} instance {instance_id} was taken out of service in response to a user request{tail}",
    )
    resize(group, size - 1 if decrement else size)
    return activity


def take_over() -> None:
    """Replaces moto's functions by these."""
    models.FakeAutoScalingGroup.set_desired_capacity = resize
    models.AutoScalingBackend.notify_terminate_instances = replace_unhealthy
    models.AutoScalingBackend.terminate_instance = terminate_member
