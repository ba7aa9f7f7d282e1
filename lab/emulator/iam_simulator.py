"""SimulatePrincipalPolicy, which moto does not support: what a role's policies allow, without a caller.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html: resource policies are evaluated only if they are
passed, which the lab does not support. A condition whose key is missing is not met, and the key is reported as missing. Context entries
are treated as the keys of the request. Several values for a key are not supported.
"""

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse
from moto.utilities.utils import get_partition

from iam_policies import Ask, keys_of, refusal
from iam_values import Context
from permissions import policies_of

DECISIONS = {None: "allowed", "with": "explicitDeny", "because": "implicitDeny"}
GIVEN = ("ActionNames", "ResourceArns", "PolicySourceArn")
OTHERS = (
    "PolicyInputList",
    "PermissionsBoundaryPolicyInputList",
    "ResourcePolicy",
    "ResourceOwner",
    "CallerArn",
    "ResourceHandlingOption",
)


class NoSuchEntity(ServiceException):
    """The role does not exist."""


def take_over() -> None:
    IamResponse.simulate_principal_policy = _simulate


def _simulate(response: Any) -> ActionResult:
    for name in OTHERS:
        if response._get_param(name):
            raise ServiceException("NotModelled", f"the lab simulates without {name}")
    source = response._get_param("PolicySourceArn")
    iam = iam_backends[response.current_account][get_partition(response.region)]
    role = next((one for one in iam.roles.values() if one.arn == source), None)
    if role is None:
        raise NoSuchEntity("NoSuchEntity", f"The entity {source} cannot be found.")
    policies = policies_of(role, iam)
    context = _context(response._get_param("ContextEntries") or [])
    return ActionResult(
        {
            "IsTruncated": False,
            "EvaluationResults": [
                _evaluate(policies, Ask(action, resource), context)
                for action in response._get_param("ActionNames", [])
                for resource in response._get_param("ResourceArns", []) or ["*"]
            ],
        }
    )


def _context(entries: list[dict[str, Any]]) -> Context:
    for entry in entries:
        if entry.get("ContextKeyType") != "string" or len(entry.get("ContextKeyValues", [])) != 1:
            raise ServiceException("NotModelled", f"the lab simulates with one text for each key, not {entry}")
    return Context({entry["ContextKeyName"]: entry["ContextKeyValues"][0] for entry in entries})


def _evaluate(policies: Any, ask: Ask, context: Context) -> dict[str, Any]:
    why = refusal(policies, ask, context)
    return {
        "EvalActionName": ask.action,
        "EvalResourceName": ask.resource,
        "EvalDecision": DECISIONS[why and why.split()[0]],
        "MatchedStatements": [],
        "MissingContextValues": [key for key in keys_of(policies, ask, context) if key.lower() not in context.values],
    }
