"""Redrive: StartMessageMoveTask and the related calls, which moto does not support.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

import base64
import json
import time
import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import sqs_backends
from moto.sqs.responses import SQSResponse


def _queue(arn: str) -> Any:
    region, account, name = arn.split(":")[3:6]
    queue = sqs_backends[account][region].queues.get(name)
    if queue is None:
        raise QueueDoesNotExist()
    return queue


def _tasks(queue: Any) -> list[dict[str, Any]]:
    return queue.__dict__.setdefault("lab_move_tasks", [])


def _move(queue: Any, destination: str | None) -> int:
    """Moves every message to the destination, or back to the queue that it came from."""
    with queue._messages_lock:
        moving = [message for message in queue._messages if destination or getattr(message, "lab_source", None)]
        for message in moving:
            queue._messages.remove(message)
    for message in moving:
        message.approximate_receive_count, message.visible_at = 0, 0
        _queue(destination or message.lab_source).add_message(message)
    return len(moving)


def start_message_move_task(response: Any) -> ActionResult:
    source, destination = response._get_param("SourceArn"), response._get_param("DestinationArn")
    queue, started = _queue(source), int(time.time() * 1000)
    moved = _move(queue, destination)
    handle = base64.b64encode(json.dumps({"taskId": str(uuid.uuid4()), "sourceArn": source}).encode()).decode()
    _tasks(queue).insert(
        0,
        {
            "TaskHandle": handle,
            "Status": "COMPLETED",
            "SourceArn": source,
            "DestinationArn": destination,
            "ApproximateNumberOfMessagesMoved": moved,
            "ApproximateNumberOfMessagesToMove": moved,
            "StartedTimestamp": started,
        },
    )
    return ActionResult({"TaskHandle": handle})


def list_message_move_tasks(response: Any) -> ActionResult:
    count = int(response._get_param("MaxResults") or 1)
    return ActionResult({"Results": _tasks(_queue(response._get_param("SourceArn")))[:count]})


def take_over() -> None:
    SQSResponse.start_message_move_task = start_message_move_task
    SQSResponse.list_message_move_tasks = list_message_move_tasks
