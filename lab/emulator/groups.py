"""What the emulator remembers about a group and its members beyond moto's own fields.

It hangs on moto's objects, so that POST /moto-api/reset forgets it together with them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.autoscaling import models
from moto.autoscaling.exceptions import ValidationError

from mixed_policies import overrides_for, overrides_of, own_template

# What moto keeps of what a group launches from
LAUNCH_FIELDS = (
    "ec2_launch_template",
    "launch_template_version",
    "provided_launch_template_version",
    "launch_config",
    "launch_configuration_name",
    "mixed_instances_policy",
)

# The last one is on its way back to the warm pool: who is on the way into it stands in no list of the group
NOT_SERVING = ("Terminating:Wait", "Terminating:Proceed", "Standby", "Warmed:Pending:Wait")


@dataclass
class GroupMemory:
    topics: dict[str, list[str]] = field(default_factory=dict)  # topic ARN -> notification types
    scaled_at: float = 0  # when a policy last changed the capacity
    default_warmup: int | None = None  # seconds
    grace_given: bool = False  # whether a health check grace period was asked for
    refreshes: list[Any] = field(default_factory=list)  # newest first
    warm: list[Any] = field(default_factory=list)  # members of the warm pool
    desired: dict[str, Any] | None = None  # LAUNCH_FIELDS that the refresh under way launches from
    retry_at: float = 0  # when a failed launch is tried again; 0 where none failed


@dataclass
class PendingAction:
    """A lifecycle hook that an instance waits on."""

    hook: Any
    token: str
    until: float  # its heartbeat timeout
    ends: float  # its global timeout, which no heartbeat moves


@dataclass
class MemberMemory:
    pending: dict[str, PendingAction] = field(default_factory=dict)
    cause: str = ""
    started: datetime | None = None
    activity: Any = None  # the scaling activity that goes on while it waits in a hook
    launch_source: tuple[str, str] = ("", "")  # (template id, version) or (configuration name, "")
    in_service_at: float = 0
    weight: int = 1  # units of capacity
    origin: str = "EC2"  # of the way that the instance went last, or is on
    destination: str = "AutoScalingGroup"


def memory(group: Any) -> GroupMemory:
    return group.__dict__.setdefault("lab_memory", GroupMemory())


def member_memory(state: Any) -> MemberMemory:
    return state.__dict__.setdefault("lab_memory", MemberMemory())


def find_group(backend: Any, name: str) -> Any:
    if name not in backend.autoscaling_groups:
        raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
    return backend.autoscaling_groups[name]


def all_groups() -> Iterator[Any]:
    for regions in list(models.autoscaling_backends.values()):
        for backend in list(regions.values()):
            yield from list(backend.autoscaling_groups.values())


def serving(group: Any) -> list[Any]:
    """The members that count towards the desired capacity."""
    return [state for state in group.instance_states if state.lifecycle_state not in NOT_SERVING]


def everyone(group: Any) -> list[Any]:
    """The members of the group and of its warm pool."""
    return [*group.instance_states, *memory(group).warm]


def target_state(instance: Any) -> str | None:
    """Where Auto Scaling takes a member, as its own metadata says it; None for one of no group.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
    """
    group = getattr(instance, "autoscaling_group", None)
    state = next((one for one in everyone(group) if one.instance is instance), None) if group else None
    if state is None:
        return None
    now = state.lifecycle_state
    if now.startswith("Terminating"):
        return "Terminated"
    if now.startswith("Warmed:Pending") and group.warm_pool:
        return f"Warmed:{group.warm_pool.pool_state}"
    return now if now.startswith("Warmed:") or now == "Standby" else "InService"


def suspended(group: Any, process: str) -> bool:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html"""
    return any(one["ProcessName"] == process for one in group.suspended_processes)


def enter_service(state: Any) -> None:
    state.lifecycle_state = "InService"
    member_memory(state).in_service_at = time.time()


def launch_fields(group: Any) -> dict[str, Any]:
    """What is saved on the group."""
    return {name: getattr(group, name, None) for name in LAUNCH_FIELDS}


@contextmanager
def desired_configuration(group: Any) -> Iterator[None]:
    """Inside, the group is as the refresh under way wants it; what is saved on it stays as it was.

    "When you start an instance refresh by providing a desired configuration, Amazon EC2 Auto Scaling ensures that all of
    your instances use the desired configuration": so all that it launches meanwhile does, a scale-out too.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
    """
    saved, wanted = launch_fields(group), memory(group).desired
    put_launch_fields(group, wanted or saved)
    try:
        yield
    finally:
        put_launch_fields(group, saved)


def put_launch_fields(group: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(group, name, value)


def launch_source(group: Any) -> tuple[str, str]:
    """What the group launches from now, with `$Latest` and `$Default` resolved to a number."""
    with desired_configuration(group):
        return _source(group)


def matches(group: Any, state: Any) -> bool:
    """Whether a member is of the configuration that the group launches now: of one of its types, and of that type's template.

    What skip matching leaves is "a new launch template, a new version of a launch template, or a set of instance types":
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
    """
    with desired_configuration(group):
        overrides = overrides_of(group.mixed_instances_policy)
        if not overrides:
            return member_memory(state).launch_source == _source(group)
        possible = overrides_for(group.mixed_instances_policy, state.instance_type)
        return member_memory(state).launch_source in [override_source(group, one) for one in possible]


def override_source(group: Any, override: dict[str, Any]) -> tuple[str, str]:
    own = own_template(group.ec2_backend, override)
    return (own[0].id, own[1]) if own else _source(group)


def _source(group: Any) -> tuple[str, str]:
    if group.ec2_launch_template:
        version = group.ec2_launch_template.get_version(group.launch_template_version)
        return group.ec2_launch_template.id, str(version.number)
    return group.launch_config.name, ""


def _template_of_member(state: Any) -> dict[str, str] | None:
    source, version = member_memory(state).launch_source
    if not version:
        return None
    template = state.auto_scaling_group.ec2_backend.get_launch_template(source)
    return {"LaunchTemplateId": source, "LaunchTemplateName": template.name, "Version": version}


def _configuration_of_member(state: Any) -> str | None:
    source, version = member_memory(state).launch_source
    return None if version else source or None


def _template_of_group(group: Any) -> dict[str, str] | None:
    template = group.ec2_launch_template
    if template is None or group.mixed_instances_policy:  # a mixed group shows its template in the policy alone
        return None
    version = getattr(group, "provided_launch_template_version", None)
    return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "Version": version}


def show_launch_sources() -> None:
    """DescribeAutoScalingGroups tells from what each instance was launched, not what the group uses by now."""
    models.InstanceState.launch_template = property(_template_of_member)
    models.InstanceState.launch_configuration_name = property(_configuration_of_member)
    models.InstanceState.weighted_capacity = property(_weight_shown)
    models.FakeAutoScalingGroup.launch_template = property(_template_of_group)
    models.FakeAutoScalingGroup.warm_pool_size = property(lambda group: len(memory(group).warm))


def _weight_shown(state: Any) -> str | None:
    overrides = overrides_of(state.auto_scaling_group.mixed_instances_policy)
    weighted = any(override.get("WeightedCapacity") for override in overrides)
    return str(member_memory(state).weight) if weighted else None
