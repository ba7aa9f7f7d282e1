"""The clock that schedules go by: the real one, or one told to run faster, so that no test need wait for a minute.

Scheduled actions, EventBridge rules and the periods of alarms go by it; lifecycle hooks by one of their own; cooldowns
and messages keep to real time.
"""

import time
from datetime import UTC, datetime

REAL_MINUTE = 60.0

_settings = {"minute": REAL_MINUTE, "hook_minute": REAL_MINUTE, "started": time.time()}


def run_at(minute_seconds: float, hook_minute_seconds: float) -> None:
    """From now on a minute of the schedules, and one of the hooks' timeouts, takes this many real seconds."""
    _settings.update(minute=minute_seconds, hook_minute=hook_minute_seconds, started=time.time())


def shortened(seconds: float) -> float:
    """What this many seconds of the clock are in real ones."""
    return seconds * _settings["minute"] / REAL_MINUTE


def hook_seconds(seconds: float) -> float:
    """What this many seconds of a lifecycle hook's timeout are in real ones."""
    return seconds * _settings["hook_minute"] / REAL_MINUTE


def schedule_time() -> datetime:
    started = _settings["started"]
    return datetime.fromtimestamp(started + (time.time() - started) * REAL_MINUTE / _settings["minute"], UTC)
