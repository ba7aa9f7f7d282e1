"""The pair of CloudWatch alarms that Auto Scaling makes for a target-tracking policy."""

import uuid
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

# AWS: three minutes above the target, fifteen below 90 % of it. The period is the emulator's to shorten.
SIDES = (("High", "GreaterThanThreshold", 1.0, 3), ("Low", "LessThanThreshold", 0.9, 15))
PREDEFINED = {
    "ASGAverageCPUUtilization": ("AWS/EC2", "CPUUtilization"),
    "ASGAverageNetworkIn": ("AWS/EC2", "NetworkIn"),
    "ASGAverageNetworkOut": ("AWS/EC2", "NetworkOut"),
}


def _metric(policy: Any) -> dict[str, Any]:
    tracking = policy.target_tracking_configuration
    if custom := getattr(tracking, "CustomizedMetricSpecification", None):
        return custom
    kind = (getattr(tracking, "PredefinedMetricSpecification", None) or {}).get("PredefinedMetricType")
    namespace, name = PREDEFINED.get(kind, PREDEFINED["ASGAverageCPUUtilization"])
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Statistic": "Average",
        "Dimensions": [{"Name": "AutoScalingGroupName", "Value": policy.auto_scaling_group_name}],
    }


def _backend(policy: Any) -> Any:
    return cloudwatch_backends[policy.autoscaling_backend.account_id][policy.autoscaling_backend.region_name]


def remove_alarms(policy: Any) -> None:
    names = [
        alarm.name
        for alarm in _backend(policy).alarms.values()
        if alarm.name.startswith("TargetTracking-") and policy.arn in alarm.alarm_actions
    ]
    _backend(policy).delete_alarms(names)


def make_alarms(policy: Any, period: int) -> list[dict[str, str]]:
    """Creates both alarms, `period` in seconds; returns them as PutScalingPolicy lists them."""
    remove_alarms(policy)
    metric, target, made = _metric(policy), float(policy.target_tracking_configuration.TargetValue), []
    for side, comparison, share, periods in SIDES:
        name = f"TargetTracking-{policy.auto_scaling_group_name}-Alarm{side}-{uuid.uuid4()}"
        alarm = _backend(policy).put_metric_alarm(
            name=name,
            namespace=metric["Namespace"],
            metric_name=metric["MetricName"],
            comparison_operator=comparison,
            evaluation_periods=periods,
            period=period,
            threshold=target * share,
            statistic=metric["Statistic"],
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}.",
            dimensions=metric.get("Dimensions", []),
            alarm_actions=[policy.arn],
        )
        made.append({"AlarmName": name, "AlarmARN": alarm.alarm_arn})
    return made
