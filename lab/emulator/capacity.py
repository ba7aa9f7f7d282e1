"""Bringing a group to its desired capacity: launching in the emptiest place, retiring from the fullest."""

from typing import Any

from moto.autoscaling import models
from moto.autoscaling.exceptions import ValidationError

from groups import all_groups, launch_source, member_memory, serving
from instances import associate
from lifecycle import admit, retire
from stamps import now, seconds

GROUP_NAME_TAG = "aws:autoscaling:groupName"


def launch(group: Any, cause: str) -> Any:
    """Start one instance in the group's emptiest subnet (or zone)."""
    subnet, zone = _place(group)
    instance = _run(group, subnet, zone)
    instance.autoscaling_group = group
    state = models.InstanceState(
        instance, lifecycle_state="Pending", protected_from_scale_in=group.new_instances_protected_from_scale_in
    )
    member_memory(state).launch_source = launch_source(group)
    group.instance_states.append(state)
    admit(group, state, cause)
    return state


def _place(group: Any) -> tuple[str | None, str]:
    if not group.vpc_zone_identifier:
        loads = {zone: 0 for zone in group.availability_zones}
        return None, _emptiest(loads, [state.instance.placement.zone for state in serving(group)])
    subnets = group.vpc_zone_identifier.split(",")
    subnet = _emptiest({name: 0 for name in subnets}, [state.instance.subnet_id for state in serving(group)])
    return subnet, group.ec2_backend.get_subnet(subnet).availability_zone


def _emptiest(loads: dict[str, int], used: list[str]) -> str:
    for place in used:
        if place in loads:
            loads[place] += 1
    return min(loads, key=lambda place: loads[place])


def _run(group: Any, subnet: str | None, zone: str) -> Any:
    configuration, template = group.launch_config, group.ec2_launch_template
    source, version = launch_source(group)
    tags = {**group.get_propagated_tags(), GROUP_NAME_TAG: group.name, **group.instance_tags}
    reservation = group.ec2_backend.run_instances(
        group.image_id,
        1,
        group.user_data,
        group.security_groups,
        instance_type=group.instance_type,
        tags={"instance": tags},
        placement=zone,
        region_name=group.region,
        subnet_id=subnet,
        launch_config=None if template else configuration,
        is_instance_type_default=False,
        launch_template={"LaunchTemplateId": source, "Version": version} if template else None,
        key_name=None if template else configuration.key_name,
        associate_public_ip=None if template else configuration.associate_public_ip_address,
    )
    instance = reservation.instances[0]
    if not template:
        associate(group.ec2_backend, instance, configuration.iam_instance_profile)
    return instance


def resize(group: Any, wanted: int | None, why: str = "a user request explicitly set group desired capacity") -> None:
    """Bring the group to `wanted` instances; None means the minimum. Replaces moto's set_desired_capacity."""
    before = getattr(group, "desired_capacity", 0) or 0
    group.desired_capacity = wanted = group.min_size if wanted is None else wanted
    change = f"At {seconds(now())} {why} changing the desired capacity from {before} to {wanted}.  "
    reason = change if before != wanted else ""
    for count in range(len(serving(group)), wanted):
        launch(
            group,
            f"{reason}At {seconds(now())} an instance was started in response to a difference between desired "
            f"and actual capacity, increasing the capacity from {count} to {count + 1}.",
        )
    for count in range(len(serving(group)), wanted, -1):
        if (victim := _victim(group)) is None:
            break
        retire(
            group,
            victim,
            f"{reason}At {seconds(now())} an instance was taken out of service in response to a "
            f"difference between desired and actual capacity, shrinking the capacity from {count} to "
            f"{count - 1}.",
        )
    backend = group.autoscaling_backend
    if group.name in backend.autoscaling_groups:
        backend.update_attached_elbs(group.name)
        backend.update_attached_target_groups(group.name)


def _victim(group: Any) -> Any | None:
    """The default termination policy in short: from the fullest zone, outdated first, then the oldest."""
    members, current = serving(group), launch_source(group)
    free = [state for state in members if not state.protected_from_scale_in]
    if not free:
        return None

    def rank(state: Any) -> tuple[int, bool, int]:
        crowd = sum(other.availability_zone == state.availability_zone for other in members)
        return crowd, member_memory(state).launch_source != current, -members.index(state)

    return max(free, key=rank)


def replace_unhealthy(backend: Any, instance_ids: list[str]) -> None:
    """Members that were terminated from outside, or marked unhealthy, leave and are replaced."""
    for group in list(backend.autoscaling_groups.values()):
        gone = [state for state in group.instance_states if state.instance.id in instance_ids]
        for state in gone:
            retire(
                group,
                state,
                f"At {seconds(now())} an instance was taken out of service in response to an EC2 health "
                "check indicating it has been terminated or stopped.",
            )
        if gone:
            resize(group, group.desired_capacity)


def replace_ailing() -> None:
    for group in all_groups():
        ailing = [state.instance.id for state in serving(group) if state.health_status == "Unhealthy"]
        if ailing:
            replace_unhealthy(group.autoscaling_backend, ailing)


def terminate_member(backend: Any, instance_id: str, decrement: bool) -> models.TerminateInstanceActivity:
    """TerminateInstanceInAutoScalingGroup."""
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
    """Put these functions in the place of moto's."""
    models.FakeAutoScalingGroup.set_desired_capacity = resize
    models.AutoScalingBackend.notify_terminate_instances = replace_unhealthy
    models.AutoScalingBackend.terminate_instance = terminate_member
