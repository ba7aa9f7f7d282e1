"""Holds roles to their policies: what a call with a role's credentials needs must be allowed, or it is refused as by AWS.

The roles are those of instances and functions, and all else that STS gave credentials for. Other credentials, such as
the lab's own, are the account's operator and may do everything. Policies of resources (queues, topics, keys) are not looked
at. What a call needs beside its own action is in iam_dependent.py.
"""

import warnings
from typing import Any, NoReturn

from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition
from werkzeug.exceptions import HTTPException

import function_network
from iam_policies import Ask, Policies, refusal
from iam_resources import asks_of
from iam_values import Context

SESSION_KEY = "ASIA"  # of all temporary credentials; long-term ones begin with AKIA
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: whatever a policy denies
ALWAYS_ALLOWED = ("sts:GetCallerIdentity",)
# What services call a refusal; the others call it AccessDeniedException, in their JSON protocols
CODES = {
    "ec2": "UnauthorizedOperation",
    "sns": "AuthorizationError",
    **dict.fromkeys(("autoscaling", "cloudwatch", "sqs", "sts", "iam", "s3"), "AccessDenied"),
}
NO_TOKEN = "The security token included in the request is invalid."


class NotPermitted(ServiceException):
    """moto looks for the shape of an error of its own modules in the service that they are of; this is of none."""


class Refused(HTTPException):
    """Carries the answer in the protocol of the call, which BaseResponse.call_action hands on."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.code = status


def take_over() -> None:
    """moto asks here before each action; what it would do itself stays switched off."""

    def authorize(response: Any, _: type, resource: str = "*") -> None:
        key = response.get_access_key()
        if key.startswith(SESSION_KEY):
            _authorize(response, key, resource)

    ActionAuthenticatorMixin._authenticate_and_authorize_action = authorize
    # Services' models have no shape for a refusal, of which moto would warn
    warnings.filterwarnings("ignore", message=r"Exception\(NotPermitted\)")


def role_refuses(role_arn: str, session_name: str, region: str, ask: Ask) -> str | None:
    """Why a service may not do this in a role's name; None where it may."""
    return Caller(role_arn, session_name, region).refused(ask)


def _authorize(response: Any, key: str, resource: str) -> None:
    signed_for = response.headers["Authorization"].split("Credential=")[1].split("/")[3]
    session = _session(response, key)
    if session is None:
        _refuse(response, "AuthFailure" if signed_for == "ec2" else "InvalidClientTokenId", NO_TOKEN)
    function_network.hold_where_cut_off(session, response.current_account, response.region, signed_for)
    caller = Caller(session.role_arn, session.session_name, response.region, session.policy)
    for ask in asks_of(response, signed_for, resource):
        why = None if ask.action in ALWAYS_ALLOWED else caller.refused(ask)
        if why:
            _refuse(response, *_words(session.arn, ask, why, signed_for))


def _session(response: Any, key: str) -> Any | None:
    sessions = sts_backends[response.current_account][get_partition(response.region)].assumed_roles
    found = next((one for one in reversed(sessions) if one.access_key_id == key), None)
    return found if found and found.session_token == response.headers.get("X-Amz-Security-Token") else None


class Caller:
    """One session of a role."""

    def __init__(self, role_arn: str, session_name: str, region: str, session_policy: str | None = None) -> None:
        _, partition, _, _, self.account, _ = role_arn.split(":", 5)
        self.role_arn, self.session_name, self.region = role_arn, session_name, region
        self.session_policy = session_policy
        self.iam = iam_backends[self.account][partition]
        # One that was removed meanwhile leaves sessions that may do nothing any more
        self.role = next((role for role in list(self.iam.roles.values()) if role.arn == role_arn), None)

    def refused(self, ask: Ask) -> str | None:
        return refusal(self._policies(), ask, self._context(ask))

    def _policies(self) -> Policies:
        return policies_of(self.role, self.iam, self.session_policy or None) if self.role else Policies(())

    def _context(self, ask: Ask) -> Context:
        tags = self.role.tags if self.role else []
        return Context(
            {
                **{f"aws:PrincipalTag/{tag['Key']}": tag["Value"] for tag in tags},
                "aws:userid": f"{self.role.id if self.role else ''}:{self.session_name}",
                "aws:PrincipalArn": self.role_arn,
                "aws:PrincipalAccount": self.account,
                "aws:PrincipalType": "AssumedRole",
                "aws:RequestedRegion": self.region,
                # The lab's loopback stands for AWS's endpoints, which are asked over TLS
                "aws:SecureTransport": "true",
                **ask.context,
            }
        )


def policies_of(role: Any, iam: Any, session_policy: str | None = None) -> Policies:
    """What a role's own policies, its boundary and a session's policy say."""
    attached = [_document(iam, policy.arn) for policy in list(role.managed_policies.values())]
    boundary = role.permissions_boundary_arn
    limit = _document(iam, boundary) if boundary else None
    return Policies((*role.policies.values(), *attached), limit, session_policy)


def _document(iam: Any, policy_arn: str) -> str:
    """The policy's default version; nothing where there is no such policy."""
    policy = iam.managed_policies.get(policy_arn)
    return next((one.document for one in policy.versions if one.is_default), "") if policy else ""


def _words(caller: str, ask: Ask, why: str, signed_for: str) -> tuple[str, str]:
    """Code and message, as services have them: SQS writes its actions small, EC2 says first that it refuses."""
    service, name = ask.action.split(":")
    on = "" if ask.resource == "*" else f" on resource: {ask.resource}"
    message = f"User: {caller} is not authorized to perform: {ask.action}{on} {why}"
    if service == "sqs":
        message = message.replace(ask.action, f"sqs:{name.lower()}")
    if service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    if service == "kms" and signed_for == "secretsmanager":
        message = "Access to KMS is not allowed"
    if service == "kms" and signed_for == "sqs":
        return "KMS.AccessDeniedException", message
    own = "cloudwatch" if signed_for == "monitoring" else signed_for
    return CODES.get(own, "AccessDeniedException"), message


def _refuse(response: Any, code: str, message: str) -> NoReturn:
    _, headers, body = response.serialized(ActionResult(NotPermitted(code, message)))
    response.response_headers.update(headers)
    raise Refused(400 if code == "AccessDeniedException" else 403, body)
