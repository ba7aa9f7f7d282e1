"""A faster SQS than moto's for standard queues. FIFO queues use moto's code.

moto counts the whole queue on every send, scans it several times on every receive, and rebuilds it without its lock on every
delete. Here a send is O(1), a receive stops at the last message that it returns, and a delete holds the lock.
"""

import time
from collections import UserDict
from collections.abc import Iterable
from copy import deepcopy
from functools import cached_property
from typing import Any

from moto.sqs import models

LONGEST_NAP_SECONDS = 0.2  # a message can become visible without a notification of the waiting receiver

all_attributes = models.Queue.attributes.fget


class Attributes(UserDict):
    """A queue's attributes, which are computed only if they are needed."""

    def __init__(self, queue: Any) -> None:
        self.queue = queue

    @cached_property
    def data(self) -> dict[str, Any]:
        return all_attributes(self.queue)

    def get(self, name: str, default: Any = None) -> Any:
        if name == "ContentBasedDeduplication":  # the only one that SendMessage reads
            return str(getattr(self.queue, "content_based_deduplication", False)).lower()
        return self.data.get(name, default)


def _receivable(queue: Any) -> Iterable[Any]:
    at = time.time() * 1000
    oldest = at - 1000 * int(queue.message_retention_period)
    return (
        message
        for message in queue._messages
        if message.visible_at <= at and message.delayed_until <= at and message.sent_timestamp >= oldest
    )


def _handles(queue: Any) -> dict[str, Any]:
    return queue.__dict__.setdefault("lab_handles", {})


def _take(queue: Any, count: int, visibility_seconds: int, names: Iterable[str]) -> list[Any]:
    """Up to `count` messages as copies for the receiver. Messages with too many receives move to the dead-letter queue."""
    limit = int(queue.redrive_policy["maxReceiveCount"]) if queue.dead_letter_queue and queue.redrive_policy else None
    taken, dead = [], []
    for message in _receivable(queue):
        if limit is not None and message.approximate_receive_count >= limit:
            dead.append(message)
            continue
        message.mark_received(visibility_timeout=visibility_seconds)
        _handles(queue)[message.receipt_handle] = message
        copy = deepcopy(message)
        models._filter_message_attributes(copy, names)
        taken.append(copy)
        if len(taken) == count:
            break
    for message in dead:
        queue._messages.remove(message)
        message.lab_source = queue.queue_arn
        queue.dead_letter_queue.add_message(message)
    return taken


def receive(
    queue: Any, count: int, wait_seconds: float, visibility_seconds: int, names: Iterable[str] = ()
) -> list[Any]:
    until = time.time() + wait_seconds
    with queue._messages_lock:
        while True:
            taken = _take(queue, count, visibility_seconds, names)
            if taken or time.time() >= until:
                return taken
            queue._messages_lock.wait(min(LONGEST_NAP_SECONDS, max(0.01, until - time.time())))


def delete(queue: Any, handle: str) -> None:
    with queue._messages_lock:
        message = _handles(queue).pop(handle, None)
        if message is None:
            message = next((other for other in queue._messages if other.had_receipt_handle(handle)), None)
        if message in queue._messages:
            queue._messages.remove(message)
        if message:
            queue.deleted_messages.update(message.all_receipt_handles)
        elif handle not in queue.deleted_messages:
            raise models.ReceiptHandleIsInvalid()


def take_over() -> None:
    plain_receive = models.SQSBackend.receive_message

    def receive_message(
        backend: Any, queue_name: str, count: int, wait: Any, visibility: Any, names: Any = None
    ) -> list[Any]:
        queue = backend.get_queue(queue_name)
        if queue.fifo_queue:
            return plain_receive(backend, queue_name, count, wait, visibility, names)
        return receive(queue, int(count), int(wait or 0), int(visibility), names or ())

    models.Queue.attributes = property(Attributes)
    models.Queue.delete_message = delete
    models.SQSBackend.receive_message = receive_message
    models.Message.visible = property(lambda message: message.visible_at <= time.time() * 1000)
    models.Message.delayed = property(lambda message: message.delayed_until > time.time() * 1000)
