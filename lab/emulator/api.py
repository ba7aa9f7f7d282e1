"""Installs the replacement calls in moto's own response classes."""

import inspect
from typing import Any

from botocore.session import get_session
from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.utils import camelcase_to_underscores

from alarms import describe_history
from calls import moto
from group_calls import Groups, Notifications
from lock import LOCK
from pool_calls import LaunchConfigurations, Schedules, WarmPools
from scaling_calls import Hooks, Policies, Refreshes, settings

REPLACED = (Notifications, Groups, Policies, Hooks, Refreshes, WarmPools, Schedules, LaunchConfigurations)


def _locked(cls: Any) -> None:
    plain_call = cls.call_action

    def call_action(response: Any) -> Any:
        with LOCK:
            return plain_call(response)

    cls.call_action = call_action


def take_over(tracking_period: int) -> None:
    settings["tracking_period"] = tracking_period
    model = get_session().get_service_model("autoscaling")
    known = {camelcase_to_underscores(operation) for operation in model.operation_names}
    for noun in REPLACED:
        for name, method in inspect.getmembers(noun, inspect.isfunction):
            if name not in known:
                raise SystemExit(f"'{noun.__name__}.{name}' replaces no Auto Scaling operation: correct its name")
            moto[name] = getattr(AutoScalingResponse, name, None)
            setattr(AutoScalingResponse, name, method)
    CloudWatchResponse.describe_alarm_history = describe_history
    _locked(AutoScalingResponse)
    _locked(CloudWatchResponse)
