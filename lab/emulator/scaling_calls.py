"""Auto Scaling calls about policies, lifecycle hooks and instance refreshes that moto lacks or implements incorrectly."""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.core.responses import ActionResult, EmptyResult

import refresh
from calls import ACTIVITY_RUNNING, group_of, moto
from groups import PendingAction, everyone, member_memory, memory
from lifecycle import beat, complete, forget_hook
from hooks import FIELDS, RESULTS, put_hook
from policies import execute, find_policy
from tracking import make_alarms, remove_alarms

settings = {"tracking_period": 60}


class Policies:
    """Calls about scaling policies, which are identified by group and name."""

    def put_scaling_policy(self) -> ActionResult:
        if self._get_param("PolicyType") == "PredictiveScaling" and not self._get_param("PredictiveScalingConfiguration"):
            raise ValidationError("PredictiveScalingConfiguration is required for policies of type PredictiveScaling")
        moto["put_scaling_policy"](self)
        key = (self._get_param("AutoScalingGroupName"), self._get_param("PolicyName"))
        policy = self.autoscaling_backend.policies[key]
        policy.enabled = self._get_bool_param("Enabled", True)
        tracking = policy.policy_type == "TargetTrackingScaling"
        return ActionResult(
            {"PolicyARN": policy.arn, "Alarms": make_alarms(policy, settings["tracking_period"]) if tracking else []}
        )

    def delete_policy(self) -> EmptyResult:
        policy = find_policy(
            self.autoscaling_backend, self._get_param("AutoScalingGroupName"), self._get_param("PolicyName")
        )
        if policy:
            remove_alarms(policy)
            self.autoscaling_backend.policies.pop((policy.auto_scaling_group_name, policy.name))
        return EmptyResult()

    def execute_policy(self) -> EmptyResult:
        name = self._get_param("PolicyName")
        policy = find_policy(self.autoscaling_backend, self._get_param("AutoScalingGroupName"), name)
        if not policy:
            raise ValidationError(f"PolicyName not found - {name}")
        metric, threshold = (float(self._get_param(key) or 0) for key in ("MetricValue", "BreachThreshold"))
        if not execute(policy, metric, threshold, self._get_bool_param("HonorCooldown", False)):
            raise AutoscalingClientError(
                ACTIVITY_RUNNING, f"Scaling activity is in progress (cooldown of policy {policy.name})."
            )
        return EmptyResult()


class Hooks:
    """Calls about lifecycle hooks, and those that complete or extend a wait."""

    def put_lifecycle_hook(self) -> EmptyResult:
        group = group_of(self)
        put_hook(self.autoscaling_backend, group.name, {name: self._get_param(name) for name in FIELDS})
        return EmptyResult()

    def delete_lifecycle_hook(self) -> EmptyResult:
        group = group_of(self)
        moto["delete_lifecycle_hook"](self)
        forget_hook(group, self._get_param("LifecycleHookName"))
        return EmptyResult()

    def complete_lifecycle_action(self) -> EmptyResult:
        state, action = _held(self)
        result = self._get_param("LifecycleActionResult")
        if result not in RESULTS:
            raise ValidationError(f"LifecycleActionResult must be one of {list(RESULTS)}, not {result}")
        complete(group_of(self), state, action.hook.name, result)
        return EmptyResult()

    def record_lifecycle_action_heartbeat(self) -> EmptyResult:
        _, action = _held(self)
        beat(action)
        return EmptyResult()


class Refreshes:
    """Calls about instance refreshes."""

    def start_instance_refresh(self) -> ActionResult:
        preferences = self._get_param("Preferences") or {}
        started = refresh.start(group_of(self), preferences, self._get_param("DesiredConfiguration"))
        return ActionResult({"InstanceRefreshId": started.id})

    def describe_instance_refreshes(self) -> ActionResult:
        ids = self._get_param("InstanceRefreshIds", [])
        found = [one.described() for one in memory(group_of(self)).refreshes if not ids or one.id in ids]
        return ActionResult({"InstanceRefreshes": found})

    def cancel_instance_refresh(self) -> ActionResult:
        waits = self._get_param("WaitForTransitioningInstances") is not False
        return ActionResult({"InstanceRefreshId": refresh.cancel(group_of(self), waits).id})

    def rollback_instance_refresh(self) -> ActionResult:
        return ActionResult({"InstanceRefreshId": refresh.roll_back(group_of(self)).id})


def _held(response: Any) -> tuple[Any, PendingAction]:
    name, token, instance_id = (
        response._get_param(key) for key in ("LifecycleHookName", "LifecycleActionToken", "InstanceId")
    )
    for state in everyone(group_of(response)):
        action = member_memory(state).pending.get(name)
        if action and (token == action.token or (not token and instance_id == state.instance.id)):
            return state, action
    raise ValidationError(f"No active Lifecycle Action found with instance ID {instance_id}")
