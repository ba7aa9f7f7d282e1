"""The clock for schedules: real time, or a faster one, so that tests need not wait for minutes.

It is used for scheduled actions, EventBridge rules and the periods of alarms. Lifecycle hooks have a clock of their own; cooldowns
and messages use real time.
"""

import time
from datetime import UTC, datetime

REAL_MINUTE = 60.0

_settings = {"minute": REAL_MINUTE, "hook_minute": REAL_MINUTE, "started": time.time()}


def run_at(minute_seconds: float, hook_minute_seconds: float) -> None:
    """Sets how many real seconds a minute of schedules, and a minute of lifecycle hook timeouts, takes from now on."""
    _settings.update(minute=minute_seconds, hook_minute=hook_minute_seconds, started=time.time())


def shortened(seconds: float) -> float:
    """Converts seconds of this clock to real seconds."""
    return seconds * _settings["minute"] / REAL_MINUTE


def hook_seconds(seconds: float) -> float:
    """Converts seconds of a lifecycle hook's timeout to real seconds."""
    return seconds * _settings["hook_minute"] / REAL_MINUTE


def schedule_time() -> datetime:
    started = _settings["started"]
    return datetime.fromtimestamp(started + (time.time() - started) * REAL_MINUTE / _settings["minute"], UTC)
