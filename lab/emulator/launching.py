"""Launches one instance for a group, in the subnet or zone with the fewest instances."""

from typing import Any

from moto.autoscaling import models
from moto.ec2.exceptions import EC2ClientError

import launch_failures
from groups import desired_configuration, launch_source, member_memory, memory, serving
from instances import associate
from purchase import Purchase, next_purchase
from template_versions import refuse_gone

GROUP_NAME_TAG = "aws:autoscaling:groupName"


def start_instance(group: Any) -> Any:
    """A new instance as a member that is not yet in the group's list. Raises LaunchFailed if EC2 launches none."""
    launch_failures.refuse(group)
    with desired_configuration(group):
        try:
            return _start(group, next_purchase(group))
        except EC2ClientError as refusal:
            # The activity contains EC2's own message: https://github.com/AndrewGuenther/fck-nat/issues/56
            raise launch_failures.LaunchFailed(f"{refusal.message} Launching EC2 instance failed.") from refusal


def _start(group: Any, purchase: Purchase) -> Any:
    subnet, zone = _place(group)
    instance = _run(group, purchase, subnet, zone)
    instance.autoscaling_group = group
    state = models.InstanceState(
        instance, lifecycle_state="Pending", protected_from_scale_in=group.new_instances_protected_from_scale_in
    )
    note = member_memory(state)
    note.launch_source, note.weight = _source(group, purchase), purchase.weight
    return state


def _source(group: Any, purchase: Purchase) -> tuple[str, str]:
    if purchase.template is None:
        return launch_source(group)
    template, version = purchase.template
    return template.id, version


def _place(group: Any) -> tuple[str | None, str]:
    everyone = [*serving(group), *memory(group).warm]
    if not group.vpc_zone_identifier:
        loads = {zone: 0 for zone in group.availability_zones}
        return None, _emptiest(loads, [state.instance.placement.zone for state in everyone])
    subnets = group.vpc_zone_identifier.split(",")
    subnet = _emptiest({name: 0 for name in subnets}, [state.instance.subnet_id for state in everyone])
    return subnet, group.ec2_backend.get_subnet(subnet).availability_zone


def _emptiest(loads: dict[str, int], used: list[str]) -> str:
    for place in used:
        if place in loads:
            loads[place] += 1
    return min(loads, key=lambda place: loads[place])


def _run(group: Any, purchase: Purchase, subnet: str | None, zone: str) -> Any:
    configuration = None if group.ec2_launch_template else group.launch_config
    source, version = _source(group, purchase)
    own = purchase.template[0].get_version(version) if purchase.template else None
    launched_from = own or group
    refuse_gone(group, purchase.template[0] if purchase.template else group.ec2_launch_template, launched_from.image_id)
    tags = {**group.get_propagated_tags(), GROUP_NAME_TAG: group.name, **launched_from.instance_tags}
    reservation = group.ec2_backend.run_instances(
        launched_from.image_id,
        1,
        launched_from.user_data,
        launched_from.security_groups,
        instance_type=purchase.instance_type,
        tags={"instance": tags},
        placement=zone,
        region_name=group.region,
        subnet_id=subnet,
        launch_config=configuration,
        is_instance_type_default=False,
        launch_template=None if configuration else {"LaunchTemplateId": source, "Version": version},
        key_name=configuration.key_name if configuration else None,
        associate_public_ip=configuration.associate_public_ip_address if configuration else None,
        instance_market_options={"MarketType": "spot"} if purchase.spot else None,
    )
    instance = reservation.instances[0]
    if configuration:
        associate(group.ec2_backend, instance, configuration.iam_instance_profile)
    return instance
