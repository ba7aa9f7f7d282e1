"""Permissions for KMS that the caller of a service needs if data is encrypted with a customer managed key.

AWS managed keys (aws/ssm, aws/secretsmanager, aws/sqs, aws/sns) allow everyone who may use the service:
https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key. Key policies are not evaluated: each is assumed
to delegate to IAM, as the default one does.
"""

from typing import Any

from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends

from iam_policies import Ask

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
QUEUE_NEEDS = {"sqs:SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"), "sqs:ReceiveMessage": ("kms:Decrypt",)}
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
TOPIC_NEEDS = ("kms:GenerateDataKey", "kms:Decrypt")


def of_parameter(response: Any, name: str, arn: str) -> list[Ask]:
    """https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html"""
    found = ssm_backends[response.current_account][response.region].get_parameter(name)
    if found is None or found.parameter_type != "SecureString":
        return []
    context = {"kms:EncryptionContext:PARAMETER_ARN": arn}
    return _asks(("kms:Decrypt",), found.keyid, response.current_account, response.region, "ssm", context)


def of_secret(response: Any, secret_id: str) -> tuple[str, list[Ask]]:
    """The secret's ARN, and the permissions needed to read it.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html. If the secret does not exist, AWS refers to it
    by the name that the caller used.
    """
    account, region = response.current_account, response.region
    found = secretsmanager_backends[account][region].secrets.get(secret_id)
    if found is None:
        return secret_id, []
    context = {"kms:EncryptionContext:SecretARN": found.arn}
    return found.arn, _asks(("kms:Decrypt",), found.kms_key_id, account, region, "secretsmanager", context)


def of_queue(response: Any, action: str, arn: str) -> list[Ask]:
    return queue_needs(action, arn) if action in QUEUE_NEEDS and arn != "*" else []


def queue_needs(action: str, arn: str) -> list[Ask]:
    region, account, name = arn.split(":")[3:6]
    queue = sqs_backends[account][region].queues.get(name)
    key = getattr(queue, "kms_master_key_id", None)
    context = {"kms:EncryptionContext:aws:sqs:arn": arn}
    return _asks(QUEUE_NEEDS.get(action, ()), key, account, region, "sqs", context)


def of_topic(arn: str) -> list[Ask]:
    region, account = arn.split(":")[3:5]
    topic = sns_backends[account][region].topics.get(arn)
    context = {"kms:EncryptionContext:aws:sns:topicArn": arn}
    return _asks(TOPIC_NEEDS, getattr(topic, "kms_master_key_id", None), account, region, "sns", context)


def _asks(
    actions: tuple[str, ...], key: str | None, account: str, region: str, service: str, context: dict[str, str]
) -> list[Ask]:
    if not key or "alias/aws/" in key:
        return []
    via = {"kms:ViaService": f"{service}.{region}.amazonaws.com", "kms:CallerAccount": account}
    return [Ask(action, key_arn(key, account, region), {**via, **context}) for action in actions]


def key_arn(key: str, account: str, region: str) -> str:
    """The ARN of a key that is given by id, ARN or alias; anything else is returned unchanged."""
    backend = kms_backends[account][region]
    alias = backend.get_alias_name(key)
    key_id = backend.get_key_id_from_alias(alias) if alias.startswith("alias/") else backend.get_key_id(key)
    found = backend.keys.get(key_id)
    return found.arn if found else key
