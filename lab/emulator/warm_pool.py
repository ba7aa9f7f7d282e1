"""A group's warm pool: instances that were started once and wait, stopped or running, until the group grows.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pool-instance-lifecycle.html
"""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError

from groups import member_memory, memory, suspended
from launch_failures import LaunchFailed
from launching import start_instance
from lifecycle import WARM_POOL, admit, remove
from purchase import buys_spot, weighted
from stamps import now, seconds


READY = ("Warmed:Stopped", "Warmed:Hibernated", "Warmed:Running")


def check(group: Any, pool_state: str) -> None:
    """Requests that PutWarmPool refuses. The limits are AWS's, the wording is ours; hibernation is refused earlier than in AWS.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html#warm-pools-limitations
    """
    for refused, what in (
        (buys_spot(group), "requests Spot Instances"),
        (weighted(group), "uses a mixed instances policy with instance weights"),
        (
            pool_state == "Hibernated" and not hibernates(group),
            "hibernates without HibernationOptions in its launch template",
        ),
    ):
        if refused:
            raise AutoscalingClientError(
                "ValidationError", f"You can't add a warm pool to an Auto Scaling group that {what}."
            )


def hibernates(group: Any) -> bool:
    """Whether the group's instances can be hibernated, which must be set at launch."""
    if group.ec2_launch_template is None:
        return False
    data = group.ec2_launch_template.get_version(group.launch_template_version).data
    return (data.get("HibernationOptions") or {}).get("Configured") in (True, "true")


def wanted_size(group: Any) -> int:
    """Number of instances for the pool: what the group lacks up to its maximum size, or up to the prepared capacity if that is set."""
    pool = group.warm_pool
    if pool is None:
        return 0
    prepared = pool.max_group_prepared_capacity
    most = group.max_size if prepared is None or int(prepared) < 0 else int(prepared)
    return max(int(pool.min_size), most - (group.desired_capacity or 0))


def take(group: Any, cause: str) -> Any | None:
    """Moves one instance from the pool to the group. Returns None if none is ready."""
    warm = memory(group).warm
    state = next((one for one in warm if one.lifecycle_state in READY), None)
    if state is None:
        return None
    warm.remove(state)
    if state.instance.state == "stopped":
        group.ec2_backend.start_instances([state.instance.id])
    group.instance_states.append(state)
    admit(group, state, cause, origin=WARM_POOL)
    return state


def settle(group: Any) -> None:
    """Stops new instances; removes ended and excess ones; starts missing ones. Instances of an earlier version stay: see `replace`."""
    note, pool = memory(group), group.warm_pool
    note.warm = [state for state in note.warm if state.instance.state not in ("terminated", "shutting-down")]
    for state in [one for one in note.warm if one.lifecycle_state == "Warmed:Pending"]:
        _rest(group, state, pool.pool_state if pool else "Stopped")
    missing = wanted_size(group) - len(note.warm)
    _drop(group, note.warm[: max(0, -missing)], "is not needed any more")
    if missing > 0 and not suspended(group, "Launch"):
        for _ in range(missing):
            _warm_up(group)


def replace(group: Any, names: list[str]) -> bool:
    """Removes these instances in the course of an instance refresh, and says whether the pool is filled again.

    "Existing instances are not affected" by a new launch template. "An instance refresh first replaces InService instances. Then it
    replaces instances in the warm pool.": https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html#update-warm-pool
    """
    warm = memory(group).warm
    _drop(group, [one for one in warm if one.instance.id in names], "was replaced by an instance refresh")
    left = memory(group).warm
    is_there = all(one.lifecycle_state in READY and one.instance.id not in names for one in left)
    return is_there and len(left) >= wanted_size(group)


def empty(group: Any) -> None:
    _drop(group, list(memory(group).warm), "belongs to a warm pool that is deleted")


def _rest(group: Any, state: Any, pool_state: str) -> None:
    """Stops or hibernates an instance at once, whatever runs in it. One that cannot be hibernated is stopped instead."""
    if pool_state == "Running":
        state.lifecycle_state = "Warmed:Running"
        return
    state.instance.lab_hibernates = pool_state == "Hibernated" and hibernates(group)
    group.ec2_backend.stop_instances([state.instance.id])
    state.lifecycle_state = "Warmed:Hibernated" if state.instance.lab_hibernates else "Warmed:Stopped"


def _warm_up(group: Any) -> None:
    try:
        state = start_instance(group)
    except LaunchFailed:
        return  # the next tick tries again
    memory(group).warm.append(state)
    cause = f"At {seconds(now())} an instance was started in response to a need to fill the warm pool."
    admit(group, state, cause, destination=WARM_POOL)


def _drop(group: Any, states: list[Any], reason: str) -> None:
    for state in list(states):
        note = member_memory(state)
        note.origin, note.destination, note.started = WARM_POOL, "EC2", now()
        note.cause = f"At {seconds(now())} an instance was taken out of the warm pool because it {reason}."
        remove(group, state)
