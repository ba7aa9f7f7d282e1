"""The keys of a request, and the policy variables and wildcards that are compared with them.

Keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
Variables: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterator
from functools import cache

# Keys that a request in the lab never has: there are no VPC endpoints, and roles are not users
ABSENT = ("aws:sourcevpc", "aws:sourcevpce", "aws:sourcearn", "aws:sourceaccount", "aws:username", "kms:viaservice")
ABSENT_BELOW = ("aws:principaltag/",)
VARIABLE = re.compile(r"\$\{([^}]*)\}")
LITERAL_VARIABLES = ("*", "?", "$")


class Unknown(Exception):
    """A key or operator that the emulator does not support."""


class Absent(Exception):
    """A variable whose key the request does not have."""


class Context:
    """The keys of a request. Their names are not case-sensitive."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = {name.lower(): value for name, value in values.items()}

    def get(self, key: str) -> str | None:
        name = key.lower()
        if name in self.values:
            return self.values[name]
        if name in ABSENT or name.startswith(ABSENT_BELOW):
            return None
        raise Unknown(key)

    def with_values(self, more: dict[str, str]) -> "Context":
        return Context({**self.values, **more})


def literal(text: str, context: Context) -> str:
    """The text with variables replaced, and without a special meaning of wildcards."""
    return "".join(value for value, _ in _pieces(text, context))


def matches(pattern: str, value: str, context: Context, ignore_case: bool = False) -> bool:
    """Whether the value matches the pattern. Values of variables contain no wildcards."""
    expression = _expression(tuple(_pieces(pattern, context)), within_segments=False)
    return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def matches_resource(pattern: str, resource: str, context: Context) -> bool:
    """Like `matches`, but a `*` inside a segment of an ARN does not match beyond it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html: only a `*` that is the
    segment's last character matches beyond the colon.
    """
    return re.fullmatch(_expression(tuple(_pieces(pattern, context)), within_segments=True), resource) is not None


def _pieces(text: str, context: Context) -> Iterator[tuple[str, bool]]:
    """The parts of the text, each with whether it is from the policy itself (true) or the value of a variable."""
    position = 0
    for found in VARIABLE.finditer(text):
        yield text[position : found.start()], True
        yield _value(found[1], context), False
        position = found.end()
    yield text[position:], True


def _value(variable: str, context: Context) -> str:
    if variable in LITERAL_VARIABLES:
        return variable
    key, comma, default = (part.strip() for part in variable.partition(","))
    value = context.get(key)
    if value is None and not comma:
        raise Absent(key)
    return default.strip("'") if value is None else value


@cache
def _expression(pieces: tuple[tuple[str, bool], ...], within_segments: bool) -> str:
    letters = [(letter, is_pattern) for piece, is_pattern in pieces for letter in piece]
    following = [letter for letter, _ in letters[1:]] + [":"]
    found = ""
    for (letter, is_pattern), after in zip(letters, following):
        any_letter = "[^:]" if within_segments and (letter == "?" or after != ":") else "."
        if not is_pattern or letter not in "*?":
            found += re.escape(letter)
        else:
            found += any_letter + "*" * (letter == "*")
    return found
