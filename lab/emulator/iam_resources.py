"""The permissions that a call needs: action, ARN of the resource, and condition keys of its service.

Per service: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
The resource of actions that are missing here is `*`, as for those that AWS defines no narrower resource for.
"""

from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import autoscaling_backends

from iam_dependent import dependent_asks, role_arn
from iam_keys import key_arn, of_parameter, of_queue, of_secret, of_topic
from iam_policies import Ask

# Prefixes of actions that differ from the service name in the request's signature
PREFIXES = {"monitoring": "cloudwatch"}
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html: a batch
# needs the permission of the single call. For Lambda, see the reference of its actions
RENAMED = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
    "lambda:Invoke": "lambda:InvokeFunction",
}


def asks_of(response: Any, signed_for: str, given: str) -> list[Ask]:
    """@param given the resource that moto determined, which it does only for S3"""
    service = PREFIXES.get(signed_for, signed_for)
    plain = f"{service}:{response._get_action()}"
    action = RENAMED.get(plain, plain)
    find = SERVICES.get(service)
    if find is None:
        return [Ask(action, given if service == "s3" else "*")]
    return [*find(response, action), *dependent_asks(response, action)]


def arn(response: Any, service: str, resource: str) -> str:
    return f"arn:{response.partition}:{service}:{response.region}:{response.current_account}:{resource}"


def _ssm(response: Any, action: str) -> list[Ask]:
    names = response._get_param("Names") or [response._get_param("Name") or response._get_param("Path")]
    if names == [None]:
        return [Ask(action)]
    decrypts = action.startswith("ssm:GetParameter") and response._get_param("WithDecryption")
    found: list[Ask] = []
    for name in names:
        plain = ":".join(name.split(":")[: 6 if name.startswith("arn:") else 1])  # without a version or label
        resource = plain if plain.startswith("arn:") else arn(response, "ssm", f"parameter/{plain.lstrip('/')}")
        found.append(Ask(action, resource))
        found += of_parameter(response, plain, resource) if decrypts else []
    return found


def _secretsmanager(response: Any, action: str) -> list[Ask]:
    secret_id = response._get_param("SecretId")
    if not secret_id:
        return [Ask(action)]
    resource, keys = of_secret(response, secret_id)
    return [Ask(action, resource), *(keys if action == "secretsmanager:GetSecretValue" else [])]


def _sqs(response: Any, action: str) -> list[Ask]:
    url = response._get_param("QueueUrl")
    name = url.rstrip("/").split("/")[-1] if url else response._get_param("QueueName")
    resource = arn(response, "sqs", name) if name else response._get_param("SourceArn") or "*"
    return [Ask(action, resource), *of_queue(response, action, resource)]


def _sns(response: Any, action: str) -> list[Ask]:
    name = response._get_param("Name") if action == "sns:CreateTopic" else None
    given = response._get_param("TopicArn") or response._get_param("TargetArn")
    resource = arn(response, "sns", name) if name else given or "*"
    return [Ask(action, resource), *(of_topic(resource) if action == "sns:Publish" else [])]


def _autoscaling(response: Any, action: str) -> list[Ask]:
    name = response._get_param("AutoScalingGroupName")
    if action.startswith("autoscaling:Describe"):
        return [Ask(action)]
    groups = autoscaling_backends[response.current_account][response.region].autoscaling_groups
    if name is None:
        member = response._get_param("InstanceId")
        name = next((group.name for group in groups.values() if member and _has(group, member)), None)
    if name is None:
        return [Ask(action)]
    known = groups.get(name)
    nameless = arn(response, "autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}")
    return [Ask(action, known.arn if known else nameless)]


def _has(group: Any, instance_id: str) -> bool:
    return any(state.instance.id == instance_id for state in group.instance_states)


def _cloudwatch(response: Any, action: str) -> list[Ask]:
    namespace = response._get_param("Namespace")
    return [Ask(action, context={"cloudwatch:namespace": namespace} if namespace else {})]


def _logs(response: Any, action: str) -> list[Ask]:
    group, stream = (response._get_param(key) for key in ("logGroupName", "logStreamName"))
    if not group:
        return [Ask(action)]
    return [Ask(action, arn(response, "logs", f"log-group:{group}" + (f":log-stream:{stream}" if stream else "")))]


def _lambda(response: Any, action: str) -> list[Ask]:
    name = response._get_param("FunctionName")
    if not name:
        return [Ask(action)]
    return [Ask(action, name if name.startswith("arn:") else arn(response, "lambda", f"function:{name}"))]


def _kms(response: Any, action: str) -> list[Ask]:
    key = response._get_param("KeyId")
    return [Ask(action, key_arn(key, response.current_account, response.region) if key else "*")]


def _iam(response: Any, action: str) -> list[Ask]:
    if "InstanceProfile" in action and not action.endswith("ForRole"):
        name = response._get_param("InstanceProfileName")
        return [Ask(action, f"arn:{response.partition}:iam::{response.current_account}:instance-profile/{name}")]
    name = response._get_param("RoleName")
    return [Ask(action, role_arn(response, name) if name else "*")]


def _events(response: Any, action: str) -> list[Ask]:
    name = response._get_param("Name") or response._get_param("Rule")
    return [Ask(action, arn(response, "events", f"rule/{name}") if name else "*")]


def _sts(response: Any, action: str) -> list[Ask]:
    return [Ask(action, response._get_param("RoleArn") or "*")]


SERVICES: dict[str, Callable[[Any, str], list[Ask]]] = {
    "ssm": _ssm,
    "secretsmanager": _secretsmanager,
    "sqs": _sqs,
    "sns": _sns,
    "autoscaling": _autoscaling,
    "cloudwatch": _cloudwatch,
    "logs": _logs,
    "lambda": _lambda,
    "kms": _kms,
    "iam": _iam,
    "events": _events,
    "sts": _sts,
}
