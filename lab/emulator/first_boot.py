"""The first boot of an instance that is only a record. An SSM parameter says what happens, by group and instance type.

    /lab/first-boot/<group>/<instance type>   converges         completes its launch hook with CONTINUE
                                              fails: <words>    completes it with ABANDON and writes the words to its console
                                              kept: <words>     never completes it; the console ends as when converge.sh keeps an instance
                                              hangs             never completes it

Without a parameter, no hook is completed. Instances in sandboxes run their user data and complete their own hooks.
"""

import time
from typing import Any

from moto.ssm.models import ssm_backends

from groups import all_groups, everyone, member_memory
from lifecycle import complete
from stamps import epoch

PREFIX = "/lab/first-boot/"
BOOT_SECONDS = 0.5
KEPT = "converge: kept: this instance is out of service for at most 48 hours"  # packer/scripts/converge.sh, keep()

consoles: dict[str, str] = {}  # by instance id; EC2 keeps them for a while after termination


def answer_hooks() -> None:
    for group in all_groups():
        for state in everyone(group):
            note = member_memory(state)
            if state.lifecycle_state.endswith("Pending:Wait") and time.time() > epoch(note.started) + BOOT_SECONDS:
                _answer(group, state)


def _answer(group: Any, state: Any) -> None:
    outcome = _outcome(group, state.instance.instance_type)
    if outcome is None or outcome == "hangs":
        return
    result, _, words = outcome.partition(": ")
    if result == "kept":
        consoles[state.instance.id] = f"cloud-init: running the user data\n{words}\n{KEPT}\ncloud-init: done\n"
        return
    consoles[state.instance.id] = f"cloud-init: running the user data\n{words or 'converged'}\n"
    for name, action in list(member_memory(state).pending.items()):
        if not getattr(action.hook, "lab_target", None) and name in member_memory(state).pending:
            complete(group, state, name, "ABANDON" if result == "fails" else "CONTINUE")


def _outcome(group: Any, instance_type: str) -> str | None:
    backend = ssm_backends[group.account_id][group.region]
    name = f"{PREFIX}{group.name}/{instance_type}"
    found = backend.get_parameters([name]).get(name)
    return found.value if found else None
