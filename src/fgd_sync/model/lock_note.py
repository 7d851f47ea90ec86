"""What the holder of a lock writes into it: who it is, until when, and how far it is with each fabric.

One note serves all fabrics of a run: their lock refs point to the same commit, whose message holds the note. It is
unique to its holder by the nonce. Takes and gives values and texts; knows no git.
"""

import json
from collections.abc import Mapping
from typing import Any

from fgd_sync.model.moment import moment, seconds_between
from fgd_sync.model.value import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks for locks: `owner` in words (`alice@laptop, process 311`), and where its run can be looked at."""

    owner: str
    correlation_id: str = ""
    trigger: str = ""
    run_url: str = ""


UNKNOWN = "unknown"
"""In place of a commit that is published by other means than the push of the note: it may or may not be there."""


@dataclass(frozen=True, slots=True)
class Share:
    """How far the holder was with one fabric. `commit`: what it published, in one push with the note; or UNKNOWN."""

    sync_id: str
    state: str = "pending"
    stage: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Somebody asked the holder to stop."""

    by: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class LockNote:
    """What a lock says. `expires_at` is renewed while its holder lives; `seen_at` is when it last wrote."""

    holder: Holder
    nonce: str
    acquired_at: str
    seen_at: str
    expires_at: str
    fabrics: Mapping[str, Share] = field(default_factory=dict)
    cancel: CancelRequest | None = None

    def has_expired(self, now: str, margin: float) -> bool:
        """Whether the lease ended more than `margin` seconds ago, by the clock that gave `now`."""
        return seconds_between(self.expires_at, now) > margin

    def with_shares(self, shares: Mapping[str, Share]) -> "LockNote":
        """The note with what is known of some fabrics put anew."""
        return replace(self, fabrics={**self.fabrics, **shares})


def to_message(note: LockNote) -> str:
    """The note as the message of a commit: one line for people, then JSON."""
    from dataclasses import asdict  # not where nobody takes a lock on a branch

    text = json.dumps(asdict(note), indent=1, sort_keys=True)
    return f"fgd: {', '.join(note.fabrics)} locked by {note.holder.owner}\n\n{text}\n"


def from_message(message: str) -> LockNote:
    """The note that `to_message` wrote, also a newer one with more fields. Raises ValueError for anything else."""
    _, _, text = message.partition("\n\n")
    try:
        value: dict[str, Any] = json.loads(text)
        for name in ("acquired_at", "seen_at", "expires_at"):
            moment(value[name])
        return LockNote(
            Holder(**_texts(value["holder"], Holder)),
            str(value["nonce"]),
            value["acquired_at"],
            value["seen_at"],
            value["expires_at"],
            {str(name): Share(**_texts(share, Share)) for name, share in value["fabrics"].items()},
            CancelRequest(**_texts(value["cancel"], CancelRequest)) if value["cancel"] else None,
        )
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a note of a lock: {error}") from error


def _texts(value: Mapping[str, Any], of: type[Holder | Share | CancelRequest]) -> dict[str, str]:
    """The fields that we know; a newer version may write more."""
    known = of.__match_args__
    return {name: str(text) for name, text in value.items() if name in known}
