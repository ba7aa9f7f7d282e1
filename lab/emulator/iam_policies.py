"""Whether policy documents allow a request: evaluates action, resource and conditions; an explicit Deny takes precedence.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
moto's own evaluation supports neither resources nor most conditions.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from iam_conditions import conditions_hold
from iam_values import Absent, Context, Unknown, matches, matches_resource


@dataclass(frozen=True)
class Ask:
    """A permission that a call needs."""

    action: str
    resource: str = "*"
    context: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Policies:
    """All policies that limit a role's session; None if there is no boundary or session policy."""

    identity: tuple[str, ...]
    boundary: str | None = None
    session: str | None = None


def refusal(policies: Policies, ask: Ask, context: Context) -> str | None:
    """The reason for a refusal with AWS's wording; None if the request is allowed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    kinds = [("an identity-based policy", "no identity-based policy", policies.identity)]
    if policies.boundary is not None:
        kinds.append(("a permissions boundary", "no permissions boundary", (policies.boundary,)))
    if policies.session is not None:
        kinds.append(("a session policy", "no session policy", (policies.session,)))
    effects = [(a, no, _effects(documents, ask, context)) for a, no, documents in kinds]
    for a, _, found in effects:
        if "Deny" in found:
            return f"with an explicit deny in {a}"
    for _, no, found in effects:
        if "Allow" not in found:
            return f"because {no} allows the {ask.action} action"
    return None


def keys_of(policies: Policies, ask: Ask, context: Context) -> list[str]:
    """Condition keys in all statements of the identity-based policies that concern the request."""
    keys = {
        key
        for document in policies.identity
        for statement in _statements(document)
        if _concerns_action(statement, ask.action, context)
        and _concerns_resource(statement, ask.resource, context, allow=True)
        for conditions in statement.get("Condition", {}).values()
        for key in conditions
    }
    return sorted(keys)


def _effects(documents: Iterable[str], ask: Ask, context: Context) -> set[str]:
    return {
        statement["Effect"]
        for document in documents
        for statement in _statements(document)
        if _applies(statement, ask, context)
    }


@lru_cache(maxsize=1000)
def _statements(document: str) -> list[dict[str, Any]]:
    return _listed(json.loads(document).get("Statement", [])) if document else []


def _applies(statement: dict[str, Any], ask: Ask, context: Context) -> bool:
    """Whether a statement applies. An unknown condition counts against the caller: an Allow does not apply, and a Deny does."""
    allow = statement["Effect"] == "Allow"
    if not _concerns_action(statement, ask.action, context):
        return False
    if not _concerns_resource(statement, ask.resource, context, allow):
        return False
    held = conditions_hold(statement.get("Condition", {}), context)
    return not allow if held is None else held


def _concerns_action(statement: dict[str, Any], action: str, context: Context) -> bool:
    names = _listed(statement.get("Action", statement.get("NotAction", [])))
    found = any(matches(name, action, context, ignore_case=True) for name in names)
    return found == ("Action" in statement)


def _concerns_resource(statement: dict[str, Any], resource: str, context: Context, allow: bool) -> bool:
    negated = "Resource" not in statement
    patterns = _listed(statement.get("NotResource" if negated else "Resource", []))
    answers = [_covers(pattern, resource, context) for pattern in patterns]
    if True in answers:
        return not negated
    return not allow if None in answers else negated and bool(answers)


def _covers(pattern: str, resource: str, context: Context) -> bool | None:
    try:
        return matches_resource(pattern, resource, context)
    except Absent:
        return False
    except Unknown:
        return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
