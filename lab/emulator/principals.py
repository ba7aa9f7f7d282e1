"""Principals that do not exist, which moto accepts. KMS refuses key policies and grants that name one.

Key policies: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html, MalformedPolicyDocumentException; grants:
API_CreateGrant.html, InvalidArnException. An account's first group creates Auto Scaling's service-linked role:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
"""

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.iam.models import iam_backends
from moto.kms.responses import KmsResponse
from moto.utilities.utils import get_partition

ROLE = "AWSServiceRoleForAutoScaling"
SERVICE = "autoscaling.amazonaws.com"


def take_over() -> None:
    plain_create, plain_put, plain_grant = KmsResponse.create_key, KmsResponse.put_key_policy, KmsResponse.create_grant

    def create_key(response: Any) -> str:
        _check_policy(response)
        return plain_create(response)

    def put_key_policy(response: Any) -> str:
        _check_policy(response)
        return plain_put(response)

    def create_grant(response: Any) -> str:
        grantee = response._get_param("GranteePrincipal")
        if not _exists(grantee, response):
            raise JsonRESTError("InvalidArnException", f"ARN does not refer to a valid principal: {grantee}")
        return plain_grant(response)

    KmsResponse.create_key, KmsResponse.put_key_policy, KmsResponse.create_grant = (
        create_key,
        put_key_policy,
        create_grant,
    )


def make_service_role(account_id: str, region: str) -> None:
    """Creates the service-linked role, as an account's first group does."""
    iam = iam_backends[account_id][get_partition(region)]
    if not any(role.name == ROLE for role in iam.roles.values()):
        iam.create_service_linked_role(SERVICE, "Lets Auto Scaling use services of this account", "")


def _check_policy(response: Any) -> None:
    for principal in _principals(json.loads(response._get_param("Policy") or "{}")):
        if not _exists(principal, response):
            raise JsonRESTError(
                "MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."
            )


def _principals(policy: dict[str, Any]) -> list[str]:
    statements = policy.get("Statement", [])
    found: list[str] = []
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        named = principal.get("AWS", []) if isinstance(principal, dict) else []
        found += named if isinstance(named, list) else [named]
    return found


def _exists(principal: str, response: Any) -> bool:
    """Whether a role or user of this account exists. Principals of other accounts cannot be checked here."""
    account = response.current_account
    kind, _, name = principal.rpartition(":")[2].partition("/")
    if f":iam::{account}:" not in principal or kind not in ("role", "user"):
        return True
    iam = iam_backends[account][get_partition(response.region)]
    there = iam.roles if kind == "role" else iam.users
    return any(one.arn == principal for one in there.values())
