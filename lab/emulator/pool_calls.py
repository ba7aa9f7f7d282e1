"""Auto Scaling calls about warm pools, scheduled actions and launch configurations, which moto only stores."""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.core.responses import ActionResult, EmptyResult

import schedules
import warm_pool
from calls import group_of, moto
from groups import everyone, memory

settings = {"launch_configurations": True}


class WarmPools:
    """Calls about warm pools, whose instances DescribeAutoScalingGroups counts but does not list."""

    def put_warm_pool(self) -> EmptyResult:
        group = group_of(self)
        warm_pool.check(group, self._get_param("PoolState") or "Stopped")
        moto["put_warm_pool"](self)
        warm_pool.settle(group)
        return EmptyResult()

    def describe_warm_pool(self) -> ActionResult:
        group = group_of(self)
        return ActionResult({"WarmPoolConfiguration": group.warm_pool, "Instances": memory(group).warm})

    def delete_warm_pool(self) -> EmptyResult:
        group = group_of(self)
        moto["delete_warm_pool"](self)
        warm_pool.empty(group)
        return EmptyResult()

    def describe_auto_scaling_instances(self) -> ActionResult:
        ids = self._get_param("InstanceIds", [])
        found = [
            state
            for group in self.autoscaling_backend.autoscaling_groups.values()
            for state in everyone(group)
            if not ids or state.instance.id in ids
        ]
        return ActionResult({"AutoScalingInstances": found})


class Schedules:
    """Calls about scheduled actions, which are identified by group and name."""

    def put_scheduled_update_group_action(self) -> EmptyResult:
        given = {
            "desired_capacity": self._get_int_param("DesiredCapacity"),
            "max_size": self._get_int_param("MaxSize"),
            "min_size": self._get_int_param("MinSize"),
            "start_time": self._get_param("StartTime"),
            "end_time": self._get_param("EndTime"),
            "recurrence": self._get_param("Recurrence"),
            "time_zone": self._get_param("TimeZone"),
        }
        schedules.put(self.autoscaling_backend, *_named(self), given)
        return EmptyResult()

    def delete_scheduled_action(self) -> EmptyResult:
        if self.autoscaling_backend.scheduled_actions.pop(_named(self), None) is None:
            raise AutoscalingClientError("ValidationError", f"Scheduled action name not found - {_named(self)[1]}")
        return EmptyResult()


class LaunchConfigurations:
    """Accounts created since October 2024 cannot create launch configurations."""

    def create_launch_configuration(self) -> Any:
        if not settings["launch_configurations"]:
            raise AutoscalingClientError(
                "UnsupportedOperation",
                "The Launch Configuration creation operation is not available in your account. "
                "Use launch templates to create configuration templates for your Auto Scaling groups.",
            )
        answer = moto["create_launch_configuration"](self)
        name = self._get_param("LaunchConfigurationName")
        made = self.autoscaling_backend.launch_configurations[name]
        made.lab_says_address = self._get_param("AssociatePublicIpAddress") is not None
        return answer


def _named(response: Any) -> tuple[str, str]:
    return response._get_param("AutoScalingGroupName"), response._get_param("ScheduledActionName")
