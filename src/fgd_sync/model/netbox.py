"""What NetBox is told of one sync of one fabric, and what became of telling it.

An `Outcome` is small and can be kept as JSON until it could be delivered; the fabric's resources are not part of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Self

from fgd_sync.model.failure import FgdError
from fgd_sync.model.plan import Action
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one sync of one fabric ended.

    `state` is one of the contracts' final states, times are RFC 3339 in UTC. `actions` counts resources by what
    happened to them, `kinds` those that there are now, `changes` names the changed ones (`create VPC web`), bounded:
    `changes_left_out` are missing. `error` is the first error in words. URLs are those of the web, or empty.
    """

    fabric: str
    sync_id: str
    state: str
    completed_at: str
    started_at: str = ""
    netbox_id: int | None = None
    correlation_id: str = ""
    trigger: str = ""
    commit: str = ""
    branch: str = ""
    repository_url: str = ""
    run_url: str = ""
    actions: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    changes_left_out: int = 0
    errors: int = 0
    warnings: int = 0
    error: str = ""

    @property
    def resources(self) -> int:
        """How many resources the fabric has after the sync."""
        return sum(self.kinds.values())

    @property
    def changed(self) -> bool:
        """Whether the sync changed any resource or its file."""
        return any(count for action, count in self.actions.items() if action != Action.KEEP)

    @property
    def commit_url(self) -> str:
        """Where the commit can be seen; empty where that is not known."""
        return f"{self.repository_url}/commit/{self.commit}" if self.repository_url and self.commit else ""

    def to_json(self) -> JsonObject:
        """The outcome as a JSON object."""
        body = asdict(self)
        body["changes"] = list(self.changes)
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """The outcome that `to_json` wrote, also one of another version: fields that are not known are dropped."""
        known = {item.name for item in fields(cls)}
        values = {key: value for key, value in body.items() if key in known}
        return cls(**{**values, "changes": tuple(values.get("changes", ()))})


@dataclass(frozen=True, slots=True)
class Record:
    """One resource of the fabric as it is to be told: its document, and the first error that was found in it."""

    ref: Ref
    body: JsonObject
    error: str = ""


@dataclass(frozen=True, slots=True)
class NetBoxObject:
    """One object as NetBox gave it, with the tag of that version of it; empty where the server has none."""

    body: JsonObject
    etag: str = ""

    @property
    def id(self) -> int:
        """Its number."""
        return int(self.body["id"])


@dataclass(frozen=True, slots=True)
class Tally:
    """What was done to the objects of one sort, such as `VPC` or `dcim.device`."""

    what: str
    created: int = 0
    updated: int = 0
    deleted: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done."""
        return not (self.created or self.updated or self.deleted)


@dataclass(frozen=True, slots=True)
class NetBoxResult:
    """What became of one report.

    `target` is `plugin`, `core` or `off`; `url` leads to the fabric's object. `conflicts` are objects that others own
    and that were left alone, `unsupported` what this NetBox cannot hold, `failures` what went wrong, in order.
    `waiting` is what was changed in NetBox and left alone, in words.
    """

    fabric: str
    target: str = ""
    url: str = ""
    requests: int = 0
    done: tuple[Tally, ...] = ()
    conflicts: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    failures: tuple[FgdError, ...] = ()
    waiting: tuple[str, ...] = ()

    @property
    def delivered(self) -> bool:
        """Whether all that had to be told was told; otherwise the outcome is to be reported again later."""
        return not self.failures

    @property
    def changed(self) -> bool:
        """Whether anything was written to NetBox."""
        return any(not item.is_empty for item in self.done)


Filters = Mapping[str, str | Sequence[str]]
"""Parameters of a list request: a value, or several of which one must match."""
