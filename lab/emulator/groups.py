"""What the emulator stores about a group and its members in addition to moto's own fields.

The data is attached to moto's objects, so that POST /moto-api/reset removes both together.
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

# moto's fields for what a group launches from
LAUNCH_FIELDS = (
    "ec2_launch_template",
    "launch_template_version",
    "provided_launch_template_version",
    "launch_config",
    "launch_configuration_name",
    "mixed_instances_policy",
)

# The last state is that of instances on their way back to the warm pool. Those on their way into it are in no list of the group
NOT_SERVING = ("Terminating:Wait", "Terminating:Proceed", "Standby", "Warmed:Pending:Wait")


@dataclass
class GroupMemory:
    topics: dict[str, list[str]] = field(default_factory=dict)  # topic ARN -> notification types
    scaled_at: float = 0  # when a policy last changed the capacity
    default_warmup: int | None = None  # seconds
    grace_given: bool = False  # whether a health check grace period was set
    refreshes: list[Any] = field(default_factory=list)  # newest first
    warm: list[Any] = field(default_factory=list)  # members of the warm pool
    desired: dict[str, Any] | None = None  # LAUNCH_FIELDS of the refresh in progress
    retry_at: float = 0  # time of the next launch after a failure; 0 if none failed


@dataclass
class PendingAction:
    """A lifecycle hook that an instance is waiting in."""

    hook: Any
    token: str
    until: float  # end of its heartbeat timeout
    ends: float  # end of its global timeout, which heartbeats do not extend


@dataclass
class MemberMemory:
    pending: dict[str, PendingAction] = field(default_factory=dict)
    cause: str = ""
    started: datetime | None = None
    activity: Any = None  # its scaling activity while it waits in a hook
    launch_source: tuple[str, str] = ("", "")  # (template id, version) or (configuration name, "")
    in_service_at: float = 0
    weight: int = 1  # units of capacity
    origin: str = "EC2"  # of the instance's last or current transition
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
    """A member's target lifecycle state as the instance metadata shows it; None if it belongs to no group.

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
    """The launch fields saved on the group."""
    return {name: getattr(group, name, None) for name in LAUNCH_FIELDS}


@contextmanager
def desired_configuration(group: Any) -> Iterator[None]:
    """In this context, the group has the desired configuration of the refresh in progress. Afterwards its saved one is restored.

    "When you start an instance refresh by providing a desired configuration, Amazon EC2 Auto Scaling ensures that all of
    your instances use the desired configuration": this includes all instances launched in the meantime, also by a scale-out.
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
    """What the group currently launches from, with `$Latest` and `$Default` resolved to a number."""
    with desired_configuration(group):
        return _source(group)


def matches(group: Any, state: Any) -> bool:
    """Whether a member has the configuration that the group currently launches: one of its types, with the template for that type.

    Skip matching looks for "a new launch template, a new version of a launch template, or a set of instance types":
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
        number = str(group.launch_template_version)
        if not number.isdigit():  # a numbered one may have been deleted meanwhile
            number = str(group.ec2_launch_template.get_version(number).number)
        return group.ec2_launch_template.id, number
    return group.launch_config.name, ""


def _template_of_member(state: Any) -> dict[str, str] | None:
    source, version = member_memory(state).launch_source
    if not version:
        return None
    template = state.auto_scaling_group.ec2_backend.launch_templates.get(source)
    name = {"LaunchTemplateName": template.name} if template else {}
    return {"LaunchTemplateId": source, **name, "Version": version}


def _configuration_of_member(state: Any) -> str | None:
    source, version = member_memory(state).launch_source
    return None if version else source or None


def _template_of_group(group: Any) -> dict[str, str] | None:
    template = group.ec2_launch_template
    if template is None or group.mixed_instances_policy:  # a mixed group shows its template only in the policy
        return None
    version = getattr(group, "provided_launch_template_version", None)
    return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "Version": version}


def show_launch_sources() -> None:
    """Makes DescribeAutoScalingGroups show what each instance was launched from instead of what the group uses now."""
    models.InstanceState.launch_template = property(_template_of_member)
    models.InstanceState.launch_configuration_name = property(_configuration_of_member)
    models.InstanceState.weighted_capacity = property(_weight_shown)
    models.FakeAutoScalingGroup.launch_template = property(_template_of_group)
    models.FakeAutoScalingGroup.warm_pool_size = property(lambda group: len(memory(group).warm))


def _weight_shown(state: Any) -> str | None:
    overrides = overrides_of(state.auto_scaling_group.mixed_instances_policy)
    weighted = any(override.get("WeightedCapacity") for override in overrides)
    return str(member_memory(state).weight) if weighted else None
