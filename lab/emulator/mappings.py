"""Event source mappings for SQS that poll as Lambda does: one batch per invocation, and failed messages return later.

moto runs the function within SendMessage, for one message at a time, in the sender's thread.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend
from moto.awslambda.utils import get_backend
from moto.sqs import models

import queues
from iam_keys import queue_needs
from iam_policies import Ask
from permissions import role_refuses

POLL_SECONDS = 0.2
MOST_MESSAGES_AT_ONCE = 10  # the limit of ReceiveMessage
# Calls with the permissions of the function's role: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
CALLS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def take_over() -> None:
    plain_add = models.Queue.add_message

    def add_message(queue: Any, message: Any) -> None:
        mappings, queue.lambda_event_source_mappings = queue.lambda_event_source_mappings, {}
        try:
            plain_add(queue, message)
        finally:
            queue.lambda_event_source_mappings = mappings

    models.Queue.add_message = add_message
    _ask_the_role()


def _ask_the_role() -> None:
    """Lambda refuses a mapping if the function's role may not read the queue.

    Wording: https://github.com/aws/aws-cdk/issues/6770
    """
    plain_create = LambdaBackend.create_event_source_mapping

    def create(backend: Any, spec: dict[str, Any]) -> Any:
        function, source = backend.get_function(spec.get("FunctionName") or ""), spec.get("EventSourceArn") or ""
        refused = [call for call in CALLS if ":sqs:" in source and _refused(function, Ask(f"sqs:{call}", source))]
        if refused:
            raise InvalidParameterValueException(
                f"The provided execution role does not have permissions to call {refused[0]} on SQS"
            )
        return plain_create(backend, spec)

    LambdaBackend.create_event_source_mapping = create


def _refused(function: Any, ask: Ask) -> bool:
    return role_refuses(function.role, function.function_name, function.region, ask) is not None


def _may_read(queue: Any, mapping: Any) -> bool:
    """Whether the role still has its permissions. If they were removed in the meantime, messages wait."""
    function = get_backend(queue.account_id, queue.region).get_function(mapping.function_arn)
    asks = [
        ask
        for action in (f"sqs:{call}" for call in CALLS)
        for ask in (Ask(action, queue.queue_arn), *queue_needs(action, queue.queue_arn))
    ]
    return not any(_refused(function, ask) for ask in asks)


def start() -> None:
    threading.Thread(target=_poll_for_ever, daemon=True, name="mappings").start()


def _mapped() -> Iterator[tuple[Any, str, Any]]:
    for regions in list(models.sqs_backends.values()):
        for backend in list(regions.values()):
            for queue in list(backend.queues.values()):
                for arn, mapping in list(queue.lambda_event_source_mappings.items()):
                    if _lives(queue, mapping):
                        yield queue, arn, mapping


def _lives(queue: Any, mapping: Any) -> bool:
    """Whether the mapping still exists and may poll. moto's queues keep deleted mappings, for which AWS no longer polls.

    https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html
    """
    known = get_backend(queue.account_id, queue.region).get_event_source_mapping(mapping.uuid)
    return known is mapping and mapping.enabled and _may_read(queue, mapping)


def _poll_for_ever() -> None:
    busy: set[str] = set()
    with ThreadPoolExecutor(8, thread_name_prefix="mapping") as pool:
        while True:
            time.sleep(POLL_SECONDS)
            for queue, arn, mapping in _mapped():
                if mapping.uuid not in busy and next(iter(queues._receivable(queue)), None):
                    busy.add(mapping.uuid)
                    pool.submit(_drain, queue, arn, mapping, busy)


def _drain(queue: Any, arn: str, mapping: Any, busy: set[str]) -> None:
    try:
        while _lives(queue, mapping) and (batch := _batch(queue, mapping)):
            _deliver(queue, arn, mapping, batch)
    except Exception:
        traceback.print_exc(file=sys.stderr)
    finally:
        busy.discard(mapping.uuid)


def _batch(queue: Any, mapping: Any) -> list[Any]:
    """Up to the mapping's batch size, collected for at most its batching window, from when the first message arrives."""
    batch: list[Any] = []
    until = time.monotonic() + float(mapping.max_batch_window or 0)
    while len(batch) < mapping.batch_size:
        size = min(MOST_MESSAGES_AT_ONCE, mapping.batch_size - len(batch))
        got = queues.receive(queue, size, 0, int(queue.visibility_timeout))
        batch += got
        if not got and (not batch or time.monotonic() >= until):
            break
        if not got:
            time.sleep(0.05)
    return batch


def _record(queue: Any, message: Any) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "md5OfBody": message.body_md5,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }


def _deliver(queue: Any, arn: str, mapping: Any, batch: list[Any]) -> None:
    headers: dict[str, str] = {}
    event = json.dumps({"Records": [_record(queue, message) for message in batch]})
    result = get_backend(queue.account_id, queue.region).invoke(arn, None, event, {}, headers)
    if "x-amz-function-error" in headers:
        return  # all messages return after their visibility timeout
    failed = failed_items(result, {message.id for message in batch}, mapping.function_response_types or [])
    for message in batch:
        if message.id not in failed:
            queue.delete_message(message.receipt_handle)


def failed_items(result: bytes | str, sent: set[str], response_types: list[str]) -> set[str]:
    """The messages that stay in the queue.

    Without ReportBatchItemFailures, there are none once the function has returned. With it, an empty response means that all
    succeeded, and an invalid response that all failed.
    """
    if "ReportBatchItemFailures" not in response_types:
        return set()
    try:
        answer = json.loads(result or "null")
    except ValueError:
        return sent
    if answer in (None, {}) or (isinstance(answer, dict) and answer.get("batchItemFailures", []) in (None, [])):
        return set()
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not isinstance(failures, list) or not all(isinstance(item, dict) for item in failures):
        return sent
    names = {item.get("itemIdentifier") for item in failures}
    return names if names <= sent else sent
