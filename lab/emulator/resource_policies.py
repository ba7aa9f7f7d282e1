"""Whether the policies of a queue and of its key let SNS deliver a message.

https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html: the queue's policy must allow it, and
https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html: so must the policy of the
customer-managed key that encrypts the queue. A refusal is a client-side error: SNS does not try again, and nothing is delivered,
https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html.
"""

import json
from typing import Any

from moto.kms.models import kms_backends
from moto.sns.models import Subscription
from moto.sqs.models import sqs_backends

from iam_policies import Ask, Policies, refusal
from iam_values import Context

SNS = "sns.amazonaws.com"
SQS_OWN_KEY = "alias/aws/sqs"
KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def take_over() -> None:
    plain = Subscription.publish

    def publish(subscription: Any, *args: Any, **named: Any) -> None:
        why = refused(subscription) if subscription.protocol == "sqs" else None
        if why is None:
            return plain(subscription, *args, **named)
        print(f"SNS cannot deliver from {subscription.topic.arn} to {subscription.endpoint}: {why}", flush=True)

    Subscription.publish = publish


def refused(subscription: Any) -> str | None:
    """The reason why SNS may not deliver to the queue of a subscription; None if it may."""
    region, account, name = subscription.endpoint.split(":")[3:]
    queue = sqs_backends[account][region].queues.get(name)
    if queue is None:
        return "the queue does not exist"
    asks = [(queue.policy, Ask("sqs:SendMessage", queue.queue_arn))]
    if queue.kms_master_key_id:
        key = _policy_of_key(kms_backends[account][region], queue.kms_master_key_id)
        asks += [(key, Ask(action, queue.kms_master_key_id)) for action in KEY_ACTIONS]
    return next((why for document, ask in asks if (why := _refusal(document, ask, subscription.topic))), None)


def _refusal(document: str | None, ask: Ask, topic: Any) -> str | None:
    of_service = json.dumps({"Statement": [one for one in _statements(document) if _names_sns(one.get("Principal"))]})
    context = {"aws:SourceArn": topic.arn, "aws:SourceAccount": topic.account_id, "aws:SecureTransport": "true"}
    why = refusal(Policies((of_service,)), ask, Context(context))
    return why and why.replace("identity-based", "resource-based")


def _policy_of_key(keys: Any, key_id: str) -> str | None:
    """The AWS-managed key has a policy that nobody can change, and that does not name SNS."""
    return None if key_id.endswith(SQS_OWN_KEY) else keys.get_key_policy(keys.any_id_to_key_id(key_id))


def _statements(document: str | None) -> list[dict[str, Any]]:
    found = json.loads(document or "{}").get("Statement", [])
    return found if isinstance(found, list) else [found]


def _names_sns(principal: Any) -> bool:
    """A statement for an account or a role does not concern a service."""
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    return principal == "*" or SNS in (services if isinstance(services, list) else [services])
