"""CloudWatch alarms that evaluate their metric, change state, run actions and keep a history. moto only stores them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import math
import operator
import time
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.cloudwatch import models
from moto.core.responses import ActionResult

import metric_math
from clock import shortened
from groups import suspended
from notifications import publish
from policies import execute, find_policy
from stamps import epoch, milliseconds, now

COMPARE = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
LONGEST_REPEAT_SECONDS = 60  # AWS repeats scaling actions every minute while the alarm stays in its state


def datapoints(backend: Any, alarm: Any, at: float) -> list[float | None]:
    """One value (or None) for each evaluation period, newest first. Periods are aligned to the epoch."""
    if not alarm.metric_data_queries:
        return _datapoints_of_metric(backend, alarm, at)
    periods = int(alarm.evaluation_periods)
    return metric_math.datapoints(
        alarm.metric_data_queries, lambda metric: _datapoints_of_metric(backend, metric, at), periods
    )


def _datapoints_of_metric(backend: Any, alarm: Any, at: float) -> list[float | None]:
    period = shortened(int(alarm.period))
    end = math.floor(at / period) * period
    start = end - period * int(alarm.evaluation_periods)
    same = {(d.name, d.value) for d in alarm.dimensions}
    buckets: list[list[Any]] = [[] for _ in range(int(alarm.evaluation_periods))]
    for datum in reversed(backend.metric_data):
        moment = epoch(datum.timestamp)
        if (
            start <= moment < end
            and datum.name == alarm.metric_name
            and datum.namespace == alarm.namespace
            and {(d.name, d.value) for d in datum.dimensions} == same
        ):
            buckets[int((end - moment - 1e-9) // period)].append(datum)
    return [_statistic(alarm.statistic or alarm.extended_statistic, bucket) for bucket in buckets]


def _statistic(name: str, data: list[Any]) -> float | None:
    if not data:
        return None
    if name.startswith("p"):  # a percentile: the smallest value that this share of all values does not exceed
        values = sorted(float(datum.value) for datum in data)
        return values[max(0, math.ceil(len(values) * float(name[1:]) / 100) - 1)]
    statistics = models.Statistics([name], None)
    statistics.metric_data = data
    return float(statistics.get_statistics_for_type(name))


def next_state(alarm: Any, values: list[float | None]) -> str | None:
    """The state that follows from these datapoints; None if it does not change."""
    missing = alarm.treat_missing_data or "missing"
    known = [value for value in values if value is not None]
    if missing == "ignore" and len(known) < len(values):
        return None
    if missing == "missing" and not known:
        return "INSUFFICIENT_DATA"
    compare = COMPARE[alarm.comparison_operator]
    breaching = sum(missing == "breaching" if v is None else compare(v, float(alarm.threshold)) for v in values)
    return "ALARM" if breaching >= int(alarm.datapoints_to_alarm or alarm.evaluation_periods) else "OK"


def evaluate(backend: Any, alarm: Any) -> None:
    if not (alarm.metric_name or alarm.metric_data_queries) or alarm.comparison_operator not in COMPARE or alarm.rule:
        return  # anomaly detection and composite alarms keep the state that was set
    values = datapoints(backend, alarm, time.time())
    state, known = next_state(alarm, values), [value for value in values if value is not None]
    alarm.lab_value = known[0] if known else None
    if state is not None and state != alarm.state_value:
        verb = "was" if len(known) == 1 else "were"
        alarm.update_state(
            f"Threshold Crossed: {len(known)} datapoint{'s' * (len(known) != 1)} {known} {verb} "
            f"{alarm.comparison_operator} the threshold ({alarm.threshold}).",
            "{}",
            state,
        )
    elif alarm.state_value == "ALARM" and time.time() >= alarm.lab_repeat_at:
        act(alarm, alarm.alarm_actions, scaling_only=True)


def act(alarm: Any, actions: list[str], old_state: str | None = None, scaling_only: bool = False) -> None:
    wait = min(LONGEST_REPEAT_SECONDS, int(alarm.period or LONGEST_REPEAT_SECONDS))
    alarm.lab_repeat_at = time.time() + shortened(wait)
    if not alarm.actions_enabled:
        return
    for arn in actions or []:
        if ":autoscaling:" in arn:
            _scale(alarm, arn)
        elif not scaling_only and ":sns:" in arn:
            publish(arn, f'{alarm.state_value}: "{alarm.name}"', _message(alarm, old_state))


def _scale(alarm: Any, arn: str) -> None:
    backend = autoscaling_backends[alarm.alarm_arn.split(":")[4]][alarm.region_name]
    policy = find_policy(backend, None, arn)
    group = policy and backend.autoscaling_groups.get(policy.auto_scaling_group_name)
    if group and policy.enabled and not suspended(group, "AlarmNotification"):
        value = alarm.threshold if alarm.lab_value is None else alarm.lab_value
        execute(
            policy,
            float(value),
            float(alarm.threshold),
            True,
            f"a monitor alarm {alarm.name} in state {alarm.state_value} triggered policy {policy.name}",
        )


def _message(alarm: Any, old_state: str | None) -> dict[str, Any]:
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": alarm.alarm_arn.split(":")[4],
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": milliseconds(now()),
        "Region": alarm.region_name,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": old_state,
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "Statistic": alarm.statistic,
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": alarm.threshold,
            "Dimensions": [{"name": d.name, "value": d.value} for d in alarm.dimensions],
        },
    }


def evaluate_all() -> None:
    for regions in list(models.cloudwatch_backends.values()):
        for backend in list(regions.values()):
            for alarm in list(backend.alarms.values()):
                evaluate(backend, alarm)


def describe_history(response: Any) -> ActionResult:
    name = response._get_param("AlarmName")
    items = [
        {
            "AlarmName": alarm.name,
            "AlarmType": "MetricAlarm",
            "Timestamp": at,
            "HistoryItemType": kind,
            "HistorySummary": f"Alarm left {old}: {reason}",
        }
        for alarm in response.cloudwatch_backend.alarms.values()
        if name in (None, alarm.name)
        for kind, reason, _, old, at in reversed(alarm.history)
    ]
    return ActionResult({"AlarmHistoryItems": items})


def take_over() -> None:
    """Runs actions on every change of state, including SetAlarmState. New alarms have insufficient data; updated ones keep their state."""
    plain_update, plain_init = models.Alarm.update_state, models.Alarm.__init__
    plain_put = models.CloudWatchBackend.put_metric_alarm

    def init(alarm: Any, *args: Any, **options: Any) -> None:
        plain_init(alarm, *args, **options)
        alarm.state_value, alarm.lab_value, alarm.lab_repeat_at = "INSUFFICIENT_DATA", None, 0.0

    def update_state(alarm: Any, reason: str, reason_data: str, state: str) -> None:
        old = alarm.state_value
        plain_update(alarm, reason, reason_data, state)
        if state != old:
            actions = {"ALARM": alarm.alarm_actions, "OK": alarm.ok_actions}
            act(alarm, actions.get(state, alarm.insufficient_data_actions), old)

    def put_metric_alarm(backend: Any, **options: Any) -> Any:
        old = backend.alarms.get(options["name"])
        alarm = plain_put(backend, **options)
        if old:
            alarm.state_value, alarm.history, alarm.lab_repeat_at = old.state_value, old.history, old.lab_repeat_at
        return alarm

    models.Alarm.__init__, models.Alarm.update_state = init, update_state
    models.CloudWatchBackend.put_metric_alarm = put_metric_alarm
