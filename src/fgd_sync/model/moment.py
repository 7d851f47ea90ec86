"""Arithmetic on the times that records hold: RFC 3339 in UTC, to the second. Takes and gives texts; knows no clock."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # A sync that takes no second needs no arithmetic.
    from datetime import datetime


def moment(text: str) -> "datetime":
    """The time that a text names; one without a zone is taken as UTC. Raises ValueError."""
    from datetime import UTC, datetime

    parsed = datetime.fromisoformat(text)
    try:
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(f"{text} is no time in UTC") from error


def later(text: str, seconds: float) -> str:
    """The time so many seconds after another. Raises ValueError."""
    from datetime import timedelta

    return (moment(text) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_between(start: str, end: str) -> float:
    """How many seconds after `start` comes `end`; negative if it comes before. Raises ValueError."""
    return (moment(end) - moment(start)).total_seconds()
