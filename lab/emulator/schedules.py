"""Scheduled actions of groups, which moto only stores. Here they run when they are due, once or repeatedly.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter
from dateutil.parser import isoparse
from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import FakeScheduledAction

from capacity import resize
from clock import schedule_time
from groups import find_group, suspended


def put(backend: Any, group_name: str, name: str, settings: dict[str, Any]) -> None:
    """Creates or replaces an action. moto keeps actions only by name, so actions of two groups would overwrite each other."""
    find_group(backend, group_name)
    zone = settings["time_zone"] or "UTC"
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError) as error:
        raise ValidationError(f"The timezone {zone} is not a valid timezone.") from error
    if settings["recurrence"] and not croniter.is_valid(settings["recurrence"]):
        raise ValidationError(f"Given recurrence string: {settings['recurrence']} is invalid")
    times = {key: _moment(settings[key]) for key in ("start_time", "end_time")}
    _refuse_past(times["start_time"])
    action = FakeScheduledAction(group_name, scheduled_action_name=name, **{**settings, **times})
    action.scheduled_action_arn = (
        f"arn:aws:autoscaling:{backend.region_name}:{backend.account_id}:scheduledUpdateGroupAction:"
        f"{find_group(backend, group_name)._id}:autoScalingGroupName/{group_name}:scheduledActionName/{name}"
    )
    action.lab_first = action.start_time
    _set_next(action, schedule_time())
    backend.scheduled_actions[(group_name, name)] = action


def _moment(given: Any) -> datetime | None:
    if not given:
        return None
    at = given if isinstance(given, datetime) else isoparse(str(given))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _refuse_past(start: datetime | None) -> None:
    """API reference of PutScheduledUpdateGroupAction. The wording is that of pulumi-aws#2473."""
    if start is not None and start < schedule_time() - timedelta(minutes=1):
        raise ValidationError("Given start time is in the past")


def _set_next(action: Any, after: datetime) -> None:
    """Sets the start time to the next run, which DescribeScheduledActions shows."""
    if action.recurrence:
        local = max(after, action.lab_first or after).astimezone(ZoneInfo(action.time_zone or "UTC"))
        action.start_time = croniter(action.recurrence, local).get_next(datetime).astimezone(UTC)


def run_due(backend: Any) -> None:
    at = schedule_time()
    for key, action in list(backend.scheduled_actions.items()):
        group = backend.autoscaling_groups.get(action.auto_scaling_group_name)
        ended = action.end_time is not None and action.start_time is not None and action.start_time > action.end_time
        if group is None or ended:
            backend.scheduled_actions.pop(key)
        elif action.start_time is not None and at >= action.start_time:
            if not suspended(group, "ScheduledActions"):
                _execute(group, action)
            if action.recurrence:
                _set_next(action, at)
            else:
                backend.scheduled_actions.pop(key)


def _execute(group: Any, action: Any) -> None:
    for name in ("min_size", "max_size"):
        if getattr(action, name) is not None:
            setattr(group, name, int(getattr(action, name)))
    wanted = group.desired_capacity if action.desired_capacity is None else int(action.desired_capacity)
    wanted = min(max(wanted, group.min_size), group.max_size)
    resize(group, wanted, f"a scheduled action {action.scheduled_action_name}")
