"""Auto Scaling's messages to SNS topics and queues, and the list of scaling activities.

Formats: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
"""

import json
import uuid
from datetime import datetime
from typing import Any

from moto.autoscaling import models
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from groups import member_memory, memory
from hooks import may_tell
from stamps import milliseconds, now

LAUNCH = "autoscaling:EC2_INSTANCE_LAUNCH"
LAUNCH_ERROR = "autoscaling:EC2_INSTANCE_LAUNCH_ERROR"
TERMINATE = "autoscaling:EC2_INSTANCE_TERMINATE"
TEST = "autoscaling:TEST_NOTIFICATION"
TYPES = [LAUNCH, LAUNCH_ERROR, TERMINATE, "autoscaling:EC2_INSTANCE_TERMINATE_ERROR", TEST]
LONGEST_SUBJECT = 99
GOES_ON = "MidLifecycleAction"


def publish(arn: str, subject: str, payload: dict[str, Any]) -> None:
    """Delivers a JSON message to a topic or queue of this emulator."""
    service, region, account, name = arn.split(":", 5)[2:]
    if service == "sns":
        sns_backends[account][region].publish(json.dumps(payload), arn=arn, subject=subject[:LONGEST_SUBJECT])
    elif service == "sqs":
        sqs_backends[account][region].send_message(name, json.dumps(payload))


def begin(group: Any, state: Any, event: str) -> None:
    """Lists the activity of an instance that waits in a hook as being in progress.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html, StatusCode MidLifecycleAction, EndTime
    """
    _forget(group, state)
    note = member_memory(state)
    note.activity = _remember(group, _text(state, event), note.cause, note.started, _details(state), GOES_ON)


def announce(group: Any, state: Any, event: str) -> None:
    """Lists the activity and notifies the topics that subscribed to this event."""
    instance, note = state.instance, member_memory(state)
    launched = event == LAUNCH
    activity = _end(group, state, _text(state, event))
    way = {"Origin": note.origin, "Destination": note.destination}
    message = {**way, **_message(group, instance.id, activity), "Progress": 50, "StatusCode": "InProgress", "Event": event}
    _tell(group, event, f'Auto Scaling: {"launch" if launched else "termination"} for group "{group.name}"', message)


def announce_abandoned(group: Any, state: Any, token: str, why: str) -> None:
    """Reports a launch that its lifecycle hook abandoned: neither a launch nor a termination, but a cancelled activity.

    Status and wording: https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html, the output of
    describe-scaling-activities there. A captured notification has the event EC2_INSTANCE_LAUNCH_ERROR.
    """
    instance = state.instance
    reason = (
        "Instance failed to complete user's Lifecycle Action: "
        f"Lifecycle Action with token {token} was abandoned: {why}"
    )
    activity = _end(group, state, f"{_text(state, LAUNCH)}.  Status Reason: {reason}", "Cancelled", reason)
    message = {**_message(group, instance.id, activity), "Progress": 100, "Event": LAUNCH_ERROR}
    _tell(group, LAUNCH_ERROR, f'Auto Scaling: failed launch for group "{group.name}"', message)


def announce_failed(group: Any, status: str, reason: str, cause: str, instance: Any = None) -> None:
    """Reports a launch that failed in EC2: without an instance, or with one that ended when it started.

    Wording: https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html
    """
    text = f"Launching a new EC2 instance{f': {instance.id}' if instance else ''}.  Status Reason: {reason}"
    zone = instance.placement.zone if instance else group.availability_zones[0]
    activity = _remember(group, text, cause, now(), {"Availability Zone": zone}, status, reason)
    message = {**_message(group, instance.id if instance else "", activity), "Progress": 100, "Event": LAUNCH_ERROR}
    _tell(group, LAUNCH_ERROR, f'Auto Scaling: failed launch for group "{group.name}"', message)


def _message(group: Any, instance_id: str, activity: models.Activity) -> dict[str, Any]:
    return {
        "AccountId": group.account_id,
        "Description": activity.description,
        "RequestId": activity.activity_id,
        "EndTime": milliseconds(activity.end_time),
        "AutoScalingGroupARN": group.arn,
        "ActivityId": activity.activity_id,
        "StartTime": milliseconds(activity.start_time),
        "Service": "AWS Auto Scaling",
        "Time": milliseconds(activity.end_time),
        "EC2InstanceId": instance_id,
        "StatusCode": activity.status_code,
        "StatusMessage": activity.status_message or "",
        "Details": json.loads(activity.details),
        "AutoScalingGroupName": group.name,
        "Cause": activity.cause,
    }


def _tell(group: Any, event: str, subject: str, message: dict[str, Any]) -> None:
    for topic, types in memory(group).topics.items():
        if event in types:
            publish(topic, subject, message)


def _text(state: Any, event: str) -> str:
    return f"{'Launching a new' if event == LAUNCH else 'Terminating'} EC2 instance: {state.instance.id}"


def _details(state: Any) -> dict[str, Any]:
    return {"Subnet ID": state.instance.subnet_id, "Availability Zone": state.instance.placement.zone}


def _end(group: Any, state: Any, text: str, status: str = "Successful", reason: str | None = None) -> models.Activity:
    """Ends the activity that waited in a hook, or lists a new one if there is none."""
    note = member_memory(state)
    activity = note.activity
    if activity is None or activity.description != text.partition(".")[0]:
        _forget(group, state)
        return _remember(group, text, note.cause, note.started, _details(state), status, reason)
    note.activity = None
    activity.description, activity.status_code, activity.status_message = text, status, reason
    activity.end_time, activity.progress = now(), 100
    return activity


def _forget(group: Any, state: Any) -> None:
    """Removes the activity of a waiting instance that ends for another reason. What AWS lists in this case could not be found out."""
    note = member_memory(state)
    if note.activity in activities(group.autoscaling_backend):
        activities(group.autoscaling_backend).remove(note.activity)
    note.activity = None


def _remember(
    group: Any,
    text: str,
    cause: str,
    started: datetime,
    details: dict[str, Any],
    status: str = "Successful",
    reason: str | None = None,
) -> models.Activity:
    activity = models.Activity(text, cause, group, start_time=started, end_time=now(), status_code=status)
    activity.activity_id, activity.progress, activity.details = str(uuid.uuid4()), 100, json.dumps(details)
    activity.status_message = reason
    if status == GOES_ON:
        activity.end_time, activity.progress = None, 50
    activities(group.autoscaling_backend).insert(0, activity)
    return activity


def activities(backend: Any) -> list[models.Activity]:
    """All activities of an account and region, newest first. As in AWS, they are kept after their group is deleted."""
    return backend.__dict__.setdefault("lab_activities", [])


def announce_test(group: Any, topic: str) -> None:
    publish(
        topic,
        f'Auto Scaling: test notification for group "{group.name}"',
        {
            "AccountId": group.account_id,
            "RequestId": str(uuid.uuid4()),
            "AutoScalingGroupARN": group.arn,
            "AutoScalingGroupName": group.name,
            "Service": "AWS Auto Scaling",
            "Event": TEST,
            "Time": milliseconds(now()),
        },
    )


def announce_hook(group: Any, state: Any, hook: Any, token: str) -> None:
    """Notifies a lifecycle hook's own target that an instance is waiting."""
    target, role = getattr(hook, "lab_target", None), getattr(hook, "role_arn", None)
    if not target or (role and not may_tell(target, role)):
        return
    word = hook.lifecycle_transition.removeprefix("autoscaling:EC2_INSTANCE_")
    publish(
        target,
        f"Auto Scaling:  Lifecycle action '{word}' for instance {state.instance.id} in progress.",
        {
            "Origin": member_memory(state).origin,
            "Destination": member_memory(state).destination,
            "Service": "AWS Auto Scaling",
            "Time": milliseconds(now()),
            "RequestId": str(uuid.uuid4()),
            "AccountId": group.account_id,
            "LifecycleActionToken": token,
            "AutoScalingGroupName": group.name,
            "LifecycleHookName": hook.name,
            "EC2InstanceId": state.instance.id,
            "LifecycleTransition": hook.lifecycle_transition,
            "NotificationMetadata": hook.lab_metadata,
        },
    )
