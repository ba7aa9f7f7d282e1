"""An instance's transitions between EC2, its group and the warm pool, with the lifecycle hooks in between.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""

import time
import uuid
from typing import Any

import target_groups
from clock import hook_seconds
from groups import PendingAction, enter_service, everyone, member_memory, memory
from notifications import LAUNCH, TERMINATE, announce, announce_abandoned, announce_hook, begin
from stamps import now

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
EC2, GROUP, WARM_POOL = "EC2", "AutoScalingGroup", "WarmPool"


def admit(group: Any, state: Any, cause: str, origin: str = EC2, destination: str = GROUP) -> None:
    """Adds an instance to the group or its warm pool, after its launch hooks if there are any."""
    note = member_memory(state)
    note.origin, note.destination = origin, destination
    prefix = "Warmed:" if destination == WARM_POOL else ""
    state.lifecycle_state = f"{prefix}Pending"
    if _wait_on_hooks(group, state, LAUNCHING, cause):
        state.lifecycle_state = f"{prefix}Pending:Wait"
    else:
        _arrive(group, state)


def retire(group: Any, state: Any, cause: str, destination: str = EC2) -> None:
    """Takes an instance out of service, after its termination hooks if there are any.

    An instance that returns to the warm pool waits in Warmed:Pending:Wait instead:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pool-instance-lifecycle.html
    """
    if state.lifecycle_state.startswith("Terminating") or returns_to_pool(state):
        return
    note = member_memory(state)
    note.origin, note.destination = GROUP, destination
    if _wait_on_hooks(group, state, TERMINATING, cause):
        state.lifecycle_state = "Warmed:Pending:Wait" if destination == WARM_POOL else "Terminating:Wait"
        target_groups.register()
    else:
        _leave(group, state)


def returns_to_pool(state: Any) -> bool:
    """Whether an instance of the group is returning to the warm pool."""
    return member_memory(state).origin == GROUP and state.lifecycle_state == "Warmed:Pending:Wait"


def remove(group: Any, state: Any) -> None:
    """Terminates an instance at once, even if it is waiting in a hook."""
    note = member_memory(state)
    note.pending.clear()
    _strike(group, state)
    if state.instance.state != "terminated":
        group.ec2_backend.terminate_instances([state.instance.id])
    announce(group, state, TERMINATE)


ANSWERED = "Lifecycle Action Completed with {} Result"
TIMED_OUT = "Heartbeat Timeout"


def complete(group: Any, state: Any, hook_name: str, result: str, why: str | None = None) -> None:
    """Ends the wait in one hook, after CompleteLifecycleAction, the hook's timeout or its deletion."""
    note = member_memory(state)
    action = note.pending.pop(hook_name)
    launching = action.hook.lifecycle_transition == LAUNCHING
    if launching and result == "ABANDON":
        _abandon(group, state, action.token, why or ANSWERED.format(result))
    elif not note.pending:
        _arrive(group, state) if launching else _leave(group, state)


def _abandon(group: Any, state: Any, token: str, why: str) -> None:
    """Terminates an instance with an abandoned launch at once, despite other hooks, reports an error, and retries the launch."""
    member_memory(state).pending.clear()
    _strike(group, state)
    group.ec2_backend.terminate_instances([state.instance.id])
    announce_abandoned(group, state, token, why)
    group.set_desired_capacity(group.desired_capacity)


def beat(action: PendingAction) -> None:
    """A heartbeat restarts the timeout, but no instance waits longer than the hook's global timeout."""
    action.until = min(time.time() + hook_seconds(action.hook.heartbeat_timeout), action.ends)


def expire_hooks(group: Any) -> None:
    """Applies the default result of every hook whose heartbeat timeout or global timeout has passed."""
    for state in everyone(group):
        for name, action in list(member_memory(state).pending.items()):
            if time.time() > action.until and name in member_memory(state).pending:
                complete(group, state, name, action.hook.default_result, TIMED_OUT)


def forget_hook(group: Any, hook_name: str) -> None:
    """When a hook is deleted, launches that wait in it are abandoned and terminations continue."""
    for state in everyone(group):
        if action := member_memory(state).pending.get(hook_name):
            launching = action.hook.lifecycle_transition == LAUNCHING
            complete(group, state, hook_name, "ABANDON" if launching else "CONTINUE")


def _arrive(group: Any, state: Any) -> None:
    if member_memory(state).destination == WARM_POOL:
        state.lifecycle_state = "Warmed:Pending"
    else:
        enter_service(state)
        target_groups.register()
    announce(group, state, LAUNCH)


def _leave(group: Any, state: Any) -> None:
    if member_memory(state).destination != WARM_POOL:
        remove(group, state)
        return
    _strike(group, state)
    memory(group).warm.append(state)
    state.lifecycle_state = "Warmed:Pending"
    announce(group, state, TERMINATE)


def _strike(group: Any, state: Any) -> None:
    group.instance_states = [other for other in group.instance_states if other is not state]
    memory(group).warm = [other for other in memory(group).warm if other is not state]


def _wait_on_hooks(group: Any, state: Any, transition: str, cause: str) -> bool:
    hooks = [
        hook
        for hook in group.autoscaling_backend.describe_lifecycle_hooks(group.name)
        if hook.lifecycle_transition == transition
    ]
    note = member_memory(state)
    note.cause, note.started = cause, now()
    at = time.time()
    note.pending = {
        hook.name: PendingAction(
            hook,
            str(uuid.uuid4()),
            at + hook_seconds(hook.heartbeat_timeout),
            at + hook_seconds(hook.global_timeout),
        )
        for hook in hooks
    }
    if hooks:
        begin(group, state, LAUNCH if transition == LAUNCHING else TERMINATE)
    for action in note.pending.values():
        announce_hook(group, state, action.hook, action.token)
    return bool(hooks)
