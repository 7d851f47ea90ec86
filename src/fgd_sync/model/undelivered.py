"""A report that its receiver did not take: kept with the fabric's state until a later run delivers it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fgd_sync.model.moment import moment
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One report. `id` is unique for ever, so that a receiver can tell a repetition; `target` names the receiver.

    `attempts` counts deliveries tried, `refusals` those that the receiver answered with a refusal; `reason` says why
    the last one failed. `body` is what to deliver, as JSON.
    """

    id: str
    target: str
    created_at: str
    body: Mapping[str, Any]
    sync_id: str = ""
    correlation_id: str = ""
    attempts: int = 0
    refusals: int = 0
    tried_at: str = ""
    reason: str = ""


_TEXTS = ("sync_id", "correlation_id", "tried_at", "reason")


def to_record(item: Undelivered) -> dict[str, Any]:
    """The report as a JSON object."""
    return asdict(item)


def from_record(record: Mapping[str, Any]) -> Undelivered:
    """The report that `to_record` wrote. Raises ValueError."""
    try:
        moment(record["created_at"])
        texts: dict[str, Any] = {name: str(record[name]) for name in ("id", "target", *_TEXTS) if name in record}
        numbers: dict[str, Any] = {name: int(record[name]) for name in ("attempts", "refusals") if name in record}
        return Undelivered(created_at=record["created_at"], body=dict(record["body"]), **texts, **numbers)
    except (TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"not an undelivered report: {error}") from error
