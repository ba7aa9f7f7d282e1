"""What happens by itself as time passes: alarms are evaluated, hooks time out, schedules run, refreshes go on."""

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
    """Call `work` for ever from a thread of its own; a failure is shown and the next turn comes all the same."""

    def turn() -> None:
        while True:
            time.sleep(interval_seconds)
            try:
                work()
            except Exception:
                traceback.print_exc(file=sys.stderr)

    threading.Thread(target=turn, daemon=True, name=name).start()
