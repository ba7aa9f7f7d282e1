"""How far an instance refresh may currently go: the limit of its next checkpoint, and alarms that stop it earlier.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
"""

import math
import time
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

DEFAULT_DELAY_SECONDS = 3600


def percentages(preferences: dict[str, Any]) -> list[int]:
    return [int(one) for one in preferences.get("CheckpointPercentages") or [100]]


def limit(total: int, preferences: dict[str, Any], passed: int) -> int:
    """Number of instances that may be replaced after `passed` checkpoints."""
    steps = percentages(preferences)
    return math.ceil(total * steps[min(passed, len(steps) - 1)] / 100)


def is_last(preferences: dict[str, Any], passed: int) -> bool:
    return passed >= len(percentages(preferences)) - 1


def reached(percentage: int, preferences: dict[str, Any], passed: int) -> int:
    """Index of the checkpoint that this percentage has reached; checkpoints with lower percentages are skipped.

    "After the first instance is replaced, Amazon EC2 Auto Scaling calculates that 50 percent of the group has been replaced.
    Because 50 percent is higher than the first two checkpoints, it skips the first checkpoint" (of [10, 40, 100]).
    """
    steps = percentages(preferences)
    behind = [index for index, step in enumerate(steps) if step <= percentage]
    return max([passed, *behind])


def waited(preferences: dict[str, Any], since: float) -> bool:
    delay = preferences.get("CheckpointDelay")
    return time.time() >= since + float(DEFAULT_DELAY_SECONDS if delay is None else delay)


def alarm_in_alarm(group: Any, preferences: dict[str, Any]) -> str | None:
    """Name of the first of the refresh's alarms that is in the state ALARM."""
    alarms = cloudwatch_backends[group.account_id][group.region].alarms
    names = (preferences.get("AlarmSpecification") or {}).get("Alarms") or []
    return next((name for name in names if name in alarms and alarms[name].state_value == "ALARM"), None)
