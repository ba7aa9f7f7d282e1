"""Evaluates the conditions of a policy statement with the keys of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
An operator or key that is missing here is unknown: it neither grants a permission nor avoids a denial.
"""

from collections.abc import Callable
from typing import Any

from iam_values import Absent, Context, Unknown, literal, matches

Test = Callable[[str, str, Context], bool]


def _equals(wanted: str, value: str, context: Context) -> bool:
    return literal(wanted, context) == value


def _equals_in_any_case(wanted: str, value: str, context: Context) -> bool:
    return literal(wanted, context).lower() == value.lower()


def _arn_like(pattern: str, value: str, context: Context) -> bool:
    """Compares each of an ARN's six parts separately. ArnEquals does the same."""
    parts, given = pattern.split(":", 5), value.split(":", 5)
    return len(parts) == len(given) and all(matches(one, other, context) for one, other in zip(parts, given))


TESTS: dict[str, Test] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_in_any_case,
    "StringLike": matches,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": _equals_in_any_case,
}
NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def conditions_hold(block: dict[str, dict[str, Any]], context: Context) -> bool | None:
    """Whether all conditions hold; None if one is unknown and no other fails."""
    answers = [
        _holds(operator, key, _listed(values), context)
        for operator, keys in block.items()
        for key, values in keys.items()
    ]
    if False in answers:
        return False
    return None if None in answers else True


def _holds(operator: str, key: str, values: list[str], context: Context) -> bool | None:
    try:
        return _compare(operator, values, context.get(key), context)
    except Unknown:
        return None
    except Absent:  # a variable without a value equals nothing
        return operator.removeprefix("ForAnyValue:").removesuffix("IfExists") in NEGATIONS


def _compare(operator: str, values: list[str], value: str | None, context: Context) -> bool:
    if operator == "Null":
        return any((wanted.lower() == "true") == (value is None) for wanted in values)
    of_all, of_any = operator.startswith("ForAllValues:"), operator.startswith("ForAnyValue:")
    name = operator.partition(":")[2] if of_all or of_any else operator
    plain = name.removesuffix("IfExists")
    test = TESTS.get(NEGATIONS.get(plain, plain))
    if test is None:
        raise Unknown(operator)
    negated = plain in NEGATIONS
    if value is None:
        return of_all or name.endswith("IfExists") or (negated and not of_any)
    return any(test(wanted, value, context) for wanted in values) != negated


def _listed(values: Any) -> list[str]:
    return [str(value) for value in (values if isinstance(values, list) else [values])]
