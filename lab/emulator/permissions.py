"""Enforces the policies of roles: a call with a role's credentials is refused as in AWS unless all its permissions are granted.

This applies to the roles of instances and functions, and to all other credentials from STS. Other credentials, such as the lab's own,
belong to the account's operator and are not limited. resource_policies.py evaluates the policies of queues and their keys
for SNS; other resource policies are not evaluated. iam_dependent.py determines the permissions that a call needs besides its
own action.
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

SESSION_KEY = "ASIA"  # prefix of all temporary access keys; long-term ones begin with AKIA
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: allowed regardless of policies
ALWAYS_ALLOWED = ("sts:GetCallerIdentity",)
# Error codes for a refusal by service; all others use AccessDeniedException, in their JSON protocols
CODES = {
    "ec2": "UnauthorizedOperation",
    "sns": "AuthorizationError",
    **dict.fromkeys(("autoscaling", "cloudwatch", "sqs", "sts", "iam", "s3"), "AccessDenied"),
}
NO_TOKEN = "The security token included in the request is invalid."


class NotPermitted(ServiceException):
    """A separate class, because moto looks up the format of its own errors in the service that their module belongs to."""


class Refused(HTTPException):
    """Contains the response in the protocol of the call. BaseResponse.call_action returns it unchanged."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.code = status


def take_over() -> None:
    """Replaces the check that moto calls before each action. moto's own check stays disabled."""

    def authorize(response: Any, _: type, resource: str = "*") -> None:
        key = response.get_access_key()
        if key.startswith(SESSION_KEY):
            _authorize(response, key, resource)

    ActionAuthenticatorMixin._authenticate_and_authorize_action = authorize
    # The services' models have no shape for this error, and moto would print a warning
    warnings.filterwarnings("ignore", message=r"Exception\(NotPermitted\)")


def role_refuses(role_arn: str, session_name: str, region: str, ask: Ask) -> str | None:
    """The reason why a service may not do this with the permissions of a role; None if it may."""
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
    """A session of a role."""

    def __init__(self, role_arn: str, session_name: str, region: str, session_policy: str | None = None) -> None:
        _, partition, _, _, self.account, _ = role_arn.split(":", 5)
        self.role_arn, self.session_name, self.region = role_arn, session_name, region
        self.session_policy = session_policy
        self.iam = iam_backends[self.account][partition]
        # The sessions of a deleted role have no permissions any more
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
                # The lab's loopback address stands for AWS's endpoints, which are called with TLS
                "aws:SecureTransport": "true",
                **ask.context,
            }
        )


def policies_of(role: Any, iam: Any, session_policy: str | None = None) -> Policies:
    """A role's own policies, its permissions boundary and the session policy."""
    attached = [_document(iam, policy.arn) for policy in list(role.managed_policies.values())]
    boundary = role.permissions_boundary_arn
    limit = _document(iam, boundary) if boundary else None
    return Policies((*role.policies.values(), *attached), limit, session_policy)


def _document(iam: Any, policy_arn: str) -> str:
    """The policy's default version; empty if the policy does not exist."""
    policy = iam.managed_policies.get(policy_arn)
    return next((one.document for one in policy.versions if one.is_default), "") if policy else ""


def _words(caller: str, ask: Ask, why: str, signed_for: str) -> tuple[str, str]:
    """Code and message in the format of the service: SQS writes action names in lower case, EC2 has an introduction."""
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
