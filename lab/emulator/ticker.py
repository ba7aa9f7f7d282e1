"""Work that depends on time: evaluates alarms, ends hooks after their timeout, runs schedules, advances refreshes."""

import sys
import threading
import time
import traceback
from collections.abc import Callable

from moto.autoscaling.models import autoscaling_backends

import event_rules
import refresh
import schedules
import target_groups
import warm_pool
from alarms import evaluate_all
from capacity import replace_ailing, retry_launches
from first_boot import answer_hooks
from groups import all_groups
from lifecycle import expire_hooks
from lock import LOCK


def tick() -> None:
    with LOCK:
        evaluate_all()
        answer_hooks()
        for group in all_groups():
            expire_hooks(group)
            refresh.advance(group)
            warm_pool.settle(group)
        target_groups.register()
        replace_ailing()
        retry_launches()
        for regions in list(autoscaling_backends.values()):
            for backend in list(regions.values()):
                schedules.run_due(backend)
        event_rules.run_due()


def every(interval_seconds: float, work: Callable[[], None], name: str) -> None:
    """Calls `work` repeatedly in a separate thread. An error is printed and does not end the loop."""

    def turn() -> None:
        while True:
            time.sleep(interval_seconds)
            try:
                work()
            except Exception:
                traceback.print_exc(file=sys.stderr)

    threading.Thread(target=turn, daemon=True, name=name).start()
