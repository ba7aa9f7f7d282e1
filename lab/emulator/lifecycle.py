"""An instance's way into and out of service, with the waits of lifecycle hooks in between.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""

import time
import uuid
from typing import Any

from groups import PendingAction, enter_service, member_memory
from notifications import LAUNCH, TERMINATE, announce, announce_hook
from stamps import now

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"


def admit(group: Any, state: Any, cause: str) -> None:
    """A freshly launched instance enters service, or waits for the launching hooks first."""
    if _wait_on_hooks(group, state, LAUNCHING, cause):
        state.lifecycle_state = "Pending:Wait"
    else:
        _put_in_service(group, state)


def retire(group: Any, state: Any, cause: str) -> None:
    """Take an instance out of service, through its terminating hooks."""
    if state.lifecycle_state.startswith("Terminating"):
        return
    if _wait_on_hooks(group, state, TERMINATING, cause):
        state.lifecycle_state = "Terminating:Wait"
    else:
        remove(group, state)


def remove(group: Any, state: Any) -> None:
    """Terminate at once, whatever hook still waits."""
    note = member_memory(state)
    note.pending.clear()
    group.instance_states = [other for other in group.instance_states if other is not state]
    if state.instance.state != "terminated":
        group.ec2_backend.terminate_instances([state.instance.id])
    announce(group, state.instance, TERMINATE, note.cause, note.started)


def complete(group: Any, state: Any, hook_name: str, result: str) -> None:
    """One hook is done, by CompleteLifecycleAction or by its timeout."""
    note = member_memory(state)
    note.pending.pop(hook_name)
    if state.lifecycle_state == "Pending:Wait" and result == "ABANDON":
        remove(group, state)
        group.set_desired_capacity(group.desired_capacity)  # an abandoned launch is tried again
    elif not note.pending:
        _proceed(group, state)


def expire_hooks(group: Any) -> None:
    """Apply the default result of every hook whose heartbeat timeout has passed."""
    for state in list(group.instance_states):
        for name, action in list(member_memory(state).pending.items()):
            if time.time() > action.until and name in member_memory(state).pending:
                complete(group, state, name, action.hook.default_result)


def _proceed(group: Any, state: Any) -> None:
    if state.lifecycle_state == "Pending:Wait":
        _put_in_service(group, state)
    else:
        remove(group, state)


def _put_in_service(group: Any, state: Any) -> None:
    enter_service(state)
    note = member_memory(state)
    announce(group, state.instance, LAUNCH, note.cause, note.started)


def _wait_on_hooks(group: Any, state: Any, transition: str, cause: str) -> bool:
    hooks = [
        hook
        for hook in group.autoscaling_backend.describe_lifecycle_hooks(group.name)
        if hook.lifecycle_transition == transition
    ]
    note = member_memory(state)
    note.cause, note.started = cause, now()
    note.pending = {
        hook.name: PendingAction(hook, str(uuid.uuid4()), time.time() + hook.heartbeat_timeout) for hook in hooks
    }
    for action in note.pending.values():
        announce_hook(group, state, action.hook, action.token)
    return bool(hooks)
