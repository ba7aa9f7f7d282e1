"""EventBridge rules with a schedule, which moto only stores: their functions are invoked when they are due.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import json
import re
import sys
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from croniter import croniter
from moto.awslambda.utils import get_backend
from moto.events.models import events_backends

from clock import schedule_time, shortened

RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\((\S+ \S+ \S+ \S+ \S+) \*\)")  # the year is the sixth field; the emulator supports only `*` for it
SUNDAY_IS_ONE = re.compile(r"\d+")

# Waits before the retries of an asynchronous invocation; their number is the default number of retries:
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
WAITS_SECONDS = (60, 120)

# Functions run without the emulator's lock, because they call the emulator themselves
_pool = ThreadPoolExecutor(4, thread_name_prefix="event-rules")


def next_time(expression: str, after: datetime) -> datetime:
    """The next time of a schedule. Raises ValueError if the expression is neither a rate nor a cron for every year."""
    if rate := RATE.fullmatch(expression):
        return after + timedelta(**{f"{rate[2]}s": int(rate[1])})
    if cron := CRON.fullmatch(expression):
        *fields, weekday = cron[1].replace("?", "*").split()
        # AWS numbers the days of the week from 1, cron from 0
        weekday = SUNDAY_IS_ONE.sub(lambda day: str(int(day[0]) - 1), weekday.split("#")[0])
        return croniter(" ".join([*fields, weekday]), after).get_next(datetime)
    raise ValueError(f"the schedule '{expression}' is no rate(…) and no cron(… *): the emulator knows no other")


def run_due() -> None:
    at = schedule_time()
    for regions in list(events_backends.values()):
        for backend in list(regions.values()):
            for bus in list(backend.event_buses.values()):
                for rule in list(bus.rules.values()):
                    if rule.scheduled_expression and rule.state.startswith("ENABLED"):
                        _run_rule(rule, at)


def _run_rule(rule: Any, at: datetime) -> None:
    seen = getattr(rule, "lab_schedule", None)
    if seen is None or seen[0] != rule.scheduled_expression:
        rule.lab_schedule = (rule.scheduled_expression, next_time(rule.scheduled_expression, at))
    elif at >= seen[1]:
        rule.lab_schedule = (rule.scheduled_expression, next_time(rule.scheduled_expression, at))
        for target in rule.targets:
            _pool.submit(_invoke, rule, dict(target), at)


def _invoke(rule: Any, target: dict[str, Any], at: datetime) -> None:
    arn = target["Arn"]
    try:
        if ":lambda:" not in arn:
            raise ValueError(f"the target '{arn}' of rule '{rule.name}' is no function: the emulator invokes no other")
        lambdas = get_backend(rule.account_id, rule.region_name)
        function = lambdas.get_function(arn)
        if not _permitted(function, rule.arn):
            print(f"rule '{rule.name}' may not invoke '{arn}': no permission for events.amazonaws.com", file=sys.stderr)
            return
        event = target.get("Input") or json.dumps(_event(rule, at))
        for wait in (0, *WAITS_SECONDS[: _retries(function)]):
            time.sleep(shortened(wait))
            answered: dict[str, str] = {}
            lambdas.invoke(arn, None, event, {}, answered)
            if "x-amz-function-error" not in answered:
                return
    except Exception:
        traceback.print_exc(file=sys.stderr)


def _retries(function: Any) -> int:
    configured = function.event_invoke_config[0].config if function.event_invoke_config else {}
    return int(configured.get("MaximumRetryAttempts", len(WAITS_SECONDS)))


def _permitted(function: Any, rule_arn: str) -> bool:
    """Whether the function's resource policy allows EventBridge to invoke it for this rule."""
    for statement in function.policy.statements:
        source = ((statement.get("Condition") or {}).get("ArnLike") or {}).get("AWS:SourceArn")
        service = (statement.get("Principal") or {}).get("Service")
        if service == "events.amazonaws.com" and source in (None, rule_arn):
            return True
    return False


def _event(rule: Any, at: datetime) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": rule.account_id,
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": rule.region_name,
        "resources": [rule.arn],
        "detail": {},
    }
