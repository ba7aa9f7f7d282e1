"""Times in the formats of Auto Scaling, in one place, so that all messages have the same format."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def epoch(at: datetime) -> float:
    """Seconds since 1970. moto keeps some times without a time zone, which are UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def milliseconds(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def seconds(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
