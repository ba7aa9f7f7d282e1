"""Auto Scaling calls about groups, notifications and activities that moto lacks or implements incorrectly."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.core.responses import ActionResult, EmptyResult

import mixed_policies
import refresh
import warm_pool
from calls import ACTIVITY_RUNNING, group_of, moto
from capacity import resize
from groups import everyone, member_memory, memory
from hooks import forget_hooks, put_hook
from lifecycle import EC2, GROUP, remove
from notifications import TYPES, activities, announce_test
from policies import in_cooldown, policies_of
from principals import make_service_role
from stamps import now, seconds
from tracking import remove_alarms

# What a group launches from
LAUNCHES = ("LaunchTemplate", "LaunchConfigurationName", "MixedInstancesPolicy")


class Notifications:
    """Calls about notification configurations and scaling activities."""

    def put_notification_configuration(self) -> EmptyResult:
        group, topic = group_of(self), self._get_param("TopicARN")
        memory(group).topics[topic] = list(self._get_param("NotificationTypes", []))
        announce_test(group, topic)
        return EmptyResult()

    def describe_notification_configurations(self) -> ActionResult:
        groups = self.autoscaling_backend.describe_auto_scaling_groups(self._get_param("AutoScalingGroupNames", []))
        return ActionResult(
            {
                "NotificationConfigurations": [
                    {"AutoScalingGroupName": group.name, "TopicARN": topic, "NotificationType": kind}
                    for group in groups
                    for topic, kinds in memory(group).topics.items()
                    for kind in kinds
                ]
            }
        )

    def delete_notification_configuration(self) -> EmptyResult:
        memory(group_of(self)).topics.pop(self._get_param("TopicARN"), None)
        return EmptyResult()

    def describe_auto_scaling_notification_types(self) -> ActionResult:
        return ActionResult({"AutoScalingNotificationTypes": TYPES})

    def describe_scaling_activities(self) -> ActionResult:
        name, ids = self._get_param("AutoScalingGroupName"), self._get_param("ActivityIds", [])
        found = [
            activity
            for activity in activities(self.autoscaling_backend)
            if name in (None, activity.auto_scaling_group_name) and (not ids or activity.activity_id in ids)
        ]
        return ActionResult({"Activities": found[: self._get_int_param("MaxRecords") or 100]})


class Groups:
    """Calls that create, change and delete groups."""

    def create_auto_scaling_group(self) -> EmptyResult:
        name = self._get_param("AutoScalingGroupName")
        if name in self.autoscaling_backend.autoscaling_groups:
            raise AutoscalingClientError(
                "AlreadyExists",
                f"AutoScalingGroup by this name already exists - A group with the name {name} already exists",
            )
        _refuse_unknown_configuration(self)
        _refuse_address_without_subnet(self)
        policy, ec2_backend = self._get_param("MixedInstancesPolicy"), self.autoscaling_backend.ec2_backend
        mixed_policies.check(ec2_backend, policy)
        make_service_role(self.current_account, self.region)
        for hook in self._get_param("LifecycleHookSpecificationList", []):
            put_hook(self.autoscaling_backend, name, hook)
        try:
            answer = moto["create_auto_scaling_group"](self)
        except Exception:
            forget_hooks(self.autoscaling_backend, name)
            raise
        mixed_policies.complete(ec2_backend, group_of(self).mixed_instances_policy)
        _remember_settings(self, group_of(self))
        return answer

    def update_auto_scaling_group(self) -> EmptyResult:
        group = group_of(self)
        if any(self._get_param(name) for name in LAUNCHES):
            refresh.refuse_update(group)
        _refuse_unknown_configuration(self)
        mixed_policies.check(group.ec2_backend, self._get_param("MixedInstancesPolicy"))
        if self._get_param("LaunchTemplate"):
            group.launch_config, group.launch_configuration_name = None, None
        elif self._get_param("LaunchConfigurationName"):
            group.ec2_launch_template = None
        policy = self._get_param("MixedInstancesPolicy") or group.mixed_instances_policy
        with _mixed_policy(group, policy):
            moto["update_auto_scaling_group"](self)
        mixed_policies.complete(group.ec2_backend, group.mixed_instances_policy)
        _remember_settings(self, group)
        if self._get_int_param("DefaultCooldown") is not None:
            group.default_cooldown = self._get_int_param("DefaultCooldown")
        if self._get_param("TerminationPolicies"):
            group.termination_policies = self._get_param("TerminationPolicies")
        return EmptyResult()

    def delete_auto_scaling_group(self) -> EmptyResult:
        group, backend = group_of(self), self.autoscaling_backend
        if everyone(group) and not self._get_bool_param("ForceDelete", False):
            raise AutoscalingClientError(
                "ResourceInUse",
                "You cannot delete an AutoScalingGroup while there are instances "
                "or pending Spot instance request(s) still in the group.",
            )
        refresh.end_with_group(group)
        warm_pool.empty(group)
        for state in list(group.instance_states):
            note = member_memory(state)
            note.origin, note.destination, note.started = GROUP, EC2, now()
            note.cause = (
                f"At {seconds(now())} an instance was taken out of service in response to the deletion of the group."
            )
            remove(group, state)
        for policy in policies_of(backend, group.name):
            remove_alarms(policy)
            backend.policies.pop((group.name, policy.name))
        backend.autoscaling_groups.pop(group.name)
        forget_hooks(backend, group.name)
        return EmptyResult()

    def set_desired_capacity(self) -> EmptyResult:
        group, wanted = group_of(self), self._get_int_param("DesiredCapacity")
        for refused, word, limit in (
            (wanted > group.max_size, "above max", group.max_size),
            (wanted < group.min_size, "below min", group.min_size),
        ):
            if refused:
                raise ValidationError(
                    f"New SetDesiredCapacity value {wanted} is {word} value {limit} for the AutoScalingGroup."
                )
        if self._get_bool_param("HonorCooldown", False) and in_cooldown(group):
            raise AutoscalingClientError(ACTIVITY_RUNNING, "You cannot change the capacity during a cooldown.")
        resize(group, wanted)
        return EmptyResult()


@contextmanager
def _mixed_policy(group: Any, policy: dict[str, Any] | None) -> Iterator[None]:
    """Keeps the policy in an update without one: moto would remove it before it launches the instances that the update adds."""

    def resized(wanted: int | None) -> None:
        group.mixed_instances_policy = policy
        type(group).set_desired_capacity(group, wanted)

    group.set_desired_capacity = resized
    try:
        yield
    finally:
        del group.set_desired_capacity
        group.mixed_instances_policy = policy


def _refuse_unknown_configuration(response: Any) -> None:
    """moto fails here. The wording is the one that public clients compare."""
    name = response._get_param("LaunchConfigurationName")
    if name and name not in response.autoscaling_backend.launch_configurations:
        raise ValidationError(f"Launch configuration name not found - Launch configuration {name} not found")


def _refuse_address_without_subnet(response: Any) -> None:
    """A launch configuration that sets AssociatePublicIpAddress needs subnets. The wording is that of ansible#34794."""
    configuration = response.autoscaling_backend.launch_configurations.get(
        response._get_param("LaunchConfigurationName") or ""
    )
    if configuration is None or response._get_param("VPCZoneIdentifier"):
        return
    if configuration.lab_says_address:
        raise ValidationError("AssociatePublicIpAddress field can not be specified without a subnet id")


def _remember_settings(response: Any, group: Any) -> None:
    """Stores settings that moto drops, under the names with which DescribeAutoScalingGroups returns them."""
    for name, value in (
        ("default_instance_warmup", response._get_int_param("DefaultInstanceWarmup")),
        ("max_instance_lifetime", response._get_int_param("MaxInstanceLifetime")),
        ("instance_maintenance_policy", response._get_param("InstanceMaintenancePolicy")),
        ("capacity_rebalance", response._get_bool_param("CapacityRebalance")),
        ("placement_group", response._get_param("PlacementGroup")),
        ("service_linked_role_arn", response._get_param("ServiceLinkedRoleARN")),
    ):
        if value is not None:
            setattr(group, name, value)
    memory(group).default_warmup = getattr(group, "default_instance_warmup", None)
    if response._get_int_param("HealthCheckGracePeriod") is not None:
        memory(group).grace_given = True
