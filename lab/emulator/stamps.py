"""Times as Auto Scaling writes them, in one place, so that every message spells them alike."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def epoch(at: datetime) -> float:
    """Seconds since 1970; moto keeps some times without a zone, which mean UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def milliseconds(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def seconds(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
