"""The two CloudWatch alarms that Auto Scaling creates for a target-tracking policy."""

import uuid
from typing import Any

from moto.cloudwatch.models import Dimension, Metric, MetricDataQuery, MetricStat, cloudwatch_backends

# AWS: three minutes above the target, fifteen below 90 % of it. The emulator may shorten the period.
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


def _watched(policy: Any, period: int) -> dict[str, Any]:
    """The metric of both alarms: a single one, or metric math over several, with this period."""
    metric = _metric(policy)
    if queries := metric.get("Metrics"):
        unused = {"namespace": None, "metric_name": None, "statistic": None, "period": None, "dimensions": []}
        return {**unused, "metric_data_queries": [_query(query, period) for query in queries]}
    return {
        "namespace": metric["Namespace"],
        "metric_name": metric["MetricName"],
        "statistic": metric["Statistic"],
        "period": period,
        "dimensions": metric.get("Dimensions", []),
    }


def _query(query: dict[str, Any], period: int) -> MetricDataQuery:
    stat = query.get("MetricStat")
    metric = stat and stat["Metric"]
    dimensions = [Dimension(one["Name"], one["Value"]) for one in (metric or {}).get("Dimensions", [])]
    return MetricDataQuery(
        query_id=query["Id"],
        label=query.get("Label"),
        period=None,
        return_data=query["ReturnData"],
        expression=query.get("Expression"),
        metric_stat=stat
        and MetricStat(Metric(metric["MetricName"], metric["Namespace"], dimensions), period, stat["Stat"], None),
    )


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
    """Creates both alarms with `period` in seconds. Returns them in the format of PutScalingPolicy's response."""
    remove_alarms(policy)
    watched, target, made = _watched(policy, period), float(policy.target_tracking_configuration.TargetValue), []
    for side, comparison, share, periods in SIDES:
        name = f"TargetTracking-{policy.auto_scaling_group_name}-Alarm{side}-{uuid.uuid4()}"
        alarm = _backend(policy).put_metric_alarm(
            name=name,
            comparison_operator=comparison,
            evaluation_periods=periods,
            threshold=target * share,
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}.",
            alarm_actions=[policy.arn],
            **watched,
        )
        made.append({"AlarmName": name, "AlarmARN": alarm.alarm_arn})
    return made
