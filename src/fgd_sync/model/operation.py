"""The record of one sync: what `fgd status` and `fgd history` show, kept with the repository as one JSON line.

A record holds what an operator asks afterwards: what ran, why, for how long, how far it came, what was wrong. Fields
with their default values are not written, so the record of a sync that changed nothing stays short.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from fgd_sync.model.code import Severity
from fgd_sync.model.structure import Progress
from fgd_sync.model.sync import ENDS, STAGES, State
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class StageTime:
    """When a stage began and ended; `completed_at` is "" while it is at work, and when the sync left it otherwise."""

    stage: str
    started_at: str
    completed_at: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One sync of one fabric, as far as it is known.

    Times are RFC 3339 in UTC, "" for what is not yet. `stage` is the one at work, or the one where it ended.
    `errors` and `warnings` count findings; `findings` are the first of them as the commands' JSON has them.
    `commit`: id of the commit that it published, `tip`: of the branch's commit that it left behind. `owner`: who runs
    it, in words. `note`: what else became of it. `unchanged`: there was nothing to do. `events_left_out`: how many
    events were too many to be kept.
    """

    sync_id: str
    fabric: str
    correlation_id: str = ""
    fabric_id: int | None = None
    trigger: str = ""
    state: str = State.PENDING.value
    stage: str = ""
    attempts: int = 1
    started_at: str = ""
    updated_at: str = ""
    completed_at: str = ""
    duration_seconds: float = 0.0
    stages: tuple[StageTime, ...] = ()
    files_processed: int = 0
    total_files: int = 0
    files_created: int = 0
    errors: int = 0
    warnings: int = 0
    findings: tuple[Mapping[str, Any], ...] = ()
    commit: str = ""
    tip: str = ""
    owner: str = ""
    run_url: str = ""
    note: str = ""
    unchanged: bool = False
    events_left_out: int = 0

    @property
    def has_ended(self) -> bool:
        """Whether nothing follows."""
        return self.state in ENDS

    @property
    def progress(self) -> Progress:
        """How far it is."""
        files = (self.files_processed, self.total_files)
        if self.state == State.COMPLETED:
            return Progress(self.state, self.state, STAGES, *files)
        names = [stage.value for stage in STAGES]
        before = names.index(self.stage) if self.stage in names else 0
        return Progress(self.state, self.stage, STAGES[:before], *files)

    def of(self, severity: Severity) -> list[Mapping[str, Any]]:
        """The findings that are kept of one severity."""
        return [item for item in self.findings if item.get("severity") == severity]


@cache
def _types() -> dict[str, type]:
    """The types of the fields that hold a text or a number."""
    from dataclasses import fields  # not where no history is read

    found = {item.name: type(item.default) for item in fields(Operation) if isinstance(item.default, str | int | float)}
    return {**found, "sync_id": str, "fabric": str}


def to_record(operation: Operation) -> dict[str, Any]:
    """The record as a JSON object without the fields that have their default values."""
    from dataclasses import fields

    given = {item.name: getattr(operation, item.name) for item in fields(operation)}
    kept = {item.name: given[item.name] for item in fields(operation) if given[item.name] != item.default}
    if operation.stages:
        kept["stages"] = [[item.stage, item.started_at, item.completed_at] for item in operation.stages]
    if operation.findings:
        kept["findings"] = [dict(item) for item in operation.findings]
    return kept


def from_record(record: Mapping[str, Any]) -> Operation:
    """The operation that `to_record` wrote; fields that we do not know are passed over. Raises ValueError."""
    values = {name: value for name, value in record.items() if name in Operation.__match_args__}
    try:
        for name in values.keys() & _types().keys():
            values[name] = _types()[name](values[name])
        if "stages" in values:
            values["stages"] = tuple(StageTime(*map(str, item)) for item in values["stages"])
        if "findings" in values:
            values["findings"] = tuple(dict(item) for item in values["findings"])
        return Operation(**values)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"not a record of a sync: {error}") from error
