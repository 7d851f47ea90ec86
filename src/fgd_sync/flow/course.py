"""The course of one sync: its states as it goes through them, its record as it grows, its events as they happen.

Takes what the engine tells it; the table of states decides what may follow what. Knows nothing of files and git.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fgd_sync.flow.bus import Bus, Subject
from fgd_sync.model.code import SYNC_CANCELLED, Severity
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.operation import Operation, StageTime
from fgd_sync.model.sync import ENDS, STAGES, State, Sync
from fgd_sync.model.value import replace

if TYPE_CHECKING:  # At a desk nobody needs what the other ports are about.
    from fgd_sync.ports import Clock

MOST_FINDINGS = 50
"""So many findings stand in the record of a sync, and are told as events; all are counted."""

_PROGRESS_SECONDS = 1.0
_TOLD = {Severity.ERROR.value: EventType.SYNC_ERROR, Severity.WARNING.value: EventType.SYNC_WARNING}


class Course:
    """One sync on its way. `options`: what it was asked, for those who look at its events."""

    def __init__(
        self, bus: Bus, subject: Subject, clock: "Clock", holder: Holder, *, options: Mapping[str, Any] | None = None
    ) -> None:
        self._bus, self._subject, self._clock, self._options = bus, subject, clock, options or {}
        self._sync = Sync(subject.sync_id)
        self._started = self._entered = clock.monotonic()
        self._told = float("-inf")
        self._way: dict[str, Any] = {}  # How far it is, which the record has not yet.
        self._planned: list[Mapping[str, Any]] = []
        self._added: list[Mapping[str, Any]] = []
        now = clock.now()
        self._operation = Operation(
            subject.sync_id,
            subject.fabric,
            subject.correlation_id,
            subject.fabric_id,
            holder.trigger,
            started_at=now,
            updated_at=now,
            owner=holder.owner,
            run_url=holder.run_url,
        )

    @property
    def sync(self) -> Sync:
        """Its state, the stage at work, and which attempt it is."""
        return self._sync

    @property
    def operation(self) -> Operation:
        """The record of the sync as it is now."""
        return replace(self._operation, **self._way) if self._way else self._operation

    @property
    def subject(self) -> Subject:
        """What its events are about."""
        return self._subject

    @property
    def most_files(self) -> int:
        """Of how many files anybody takes note who is told of this sync."""
        return self._bus.most_files

    def emit(self, kind: EventType, **payload: Any) -> Event:
        """Tell that something happened in this sync."""
        return self._bus.emit(kind, self._subject, payload)

    def request(self) -> None:
        """Tell that the sync is wanted; it may have to wait for its turn."""
        self.emit(EventType.SYNC_REQUESTED, **self._opening())

    def note(self, **facts: Any) -> None:
        """Put facts into the record, by the names of its fields."""
        self._operation = replace(self._operation, **{**self._way, **facts})
        self._way = {}

    def rename(self, fabric: str, fabric_id: int | None = None) -> None:
        """The name of the fabric is known by now, from its manifest."""
        self._subject = replace(self._subject, fabric=fabric, fabric_id=fabric_id)
        self.note(fabric=fabric, fabric_id=fabric_id)

    def found(self, findings: Iterable[Mapping[str, Any]]) -> None:
        """What planning found (as the commands' JSON has it), in place of what an earlier plan found."""
        self._planned = [item for item in findings if item.get("severity") in _TOLD]
        self._count()

    def add(self, finding: Mapping[str, Any]) -> None:
        """One more finding that no plan knows of: a neighbour that failed."""
        self._added.append(finding)
        self._count()

    def _count(self) -> None:
        """Count the findings, keep the first of them, and tell those that were not told yet."""
        every = sorted([*self._added, *self._planned], key=lambda item: str(item["severity"]))
        errors = sum(item["severity"] == Severity.ERROR for item in every)
        kept = tuple(every[:MOST_FINDINGS])
        new = [item for item in kept if item not in self._operation.findings]
        self.note(errors=errors, warnings=len(every) - errors, findings=kept)
        for item in new:
            self.emit(_TOLD[item["severity"]], **{"sync_id": self._sync.id, **item})

    def enter(self, state: State, **context: Any) -> None:
        """Go on to the next state and tell so. Raises FgdError for one that may not follow."""
        before, after = self._sync, self._sync.to(state)
        self._sync = after
        self._mark(before.state, state)
        if before.state in STAGES and (state in STAGES or state is State.COMPLETED):
            seconds = self._since(self._entered)
            self.emit(EventType.SYNC_STAGE_COMPLETED, sync_id=after.id, stage=before.state, duration_seconds=seconds)
        self._entered = self._clock.monotonic()
        self.emit(
            EventType.STATE_CHANGED,
            sync_id=after.id,
            stage=after.stage.value if after.stage else None,
            attempts=after.attempts,
            context=context,
            **{"from": before.state.value, "to": state.value},
        )
        self._announce(before.state, state, context)

    def fail(self, failure: FgdError) -> None:
        """End as failed, or as cancelled if that is what the failure says. It is the first finding of the record."""
        self._added.insert(0, finding_of(failure))
        self._count()
        end = State.CANCELLED if failure.code is SYNC_CANCELLED else State.FAILED
        self.enter(end, code=failure.code.id, message=failure.message)

    def retry(self, failure: FgdError) -> None:
        """Try again from the stage that failed."""
        stage = self._sync.stage
        self.enter(State.RETRYING, code=failure.code.id, message=failure.message)
        if stage:
            self.enter(stage)

    def progress(self, files_processed: int, total_files: int, current_file: str = "") -> None:
        """Say how far the work on files is; told once a second at most, and when it is done."""
        self._way = {"files_processed": files_processed, "total_files": total_files}
        now = self._clock.monotonic()
        if now - self._told < _PROGRESS_SECONDS and files_processed < total_files:
            return
        self._told = now
        self.note()
        self.emit(
            EventType.SYNC_PROGRESS,
            sync_id=self._sync.id,
            state=self._sync.state.value,
            stage=self._operation.stage,
            progress=self._operation.progress.percent_complete,
            current_file=current_file,
            files_processed=files_processed,
            total_files=total_files,
        )

    def _mark(self, before: State, state: State) -> None:
        """Put the new state into the record, with the times of the stages."""
        now = self._clock.now()
        stages = self._operation.stages
        if before in STAGES and (state in STAGES or state is State.COMPLETED):
            stages = (*stages[:-1], replace(stages[-1], completed_at=now))
        if state in STAGES:
            stages = (*stages, StageTime(state, now))
        ended = state in ENDS
        self.note(
            state=state.value,
            stage=self._sync.stage.value if self._sync.stage else "",
            attempts=self._sync.attempts,
            stages=stages,
            updated_at=now,
            completed_at=now if ended else "",
            duration_seconds=self._since(self._started) if ended else 0.0,
        )

    def _announce(self, before: State, state: State, context: Mapping[str, Any]) -> None:
        """Tell what a sync begins and ends with."""
        record = self._operation
        counts = {"files_processed": record.files_processed, "files_created": record.files_created}
        counts |= {"errors": record.errors, "warnings": record.warnings}
        if before is State.PENDING and state is State.INITIALIZING:
            self.emit(EventType.SYNC_STARTED, **self._opening())
        elif state is State.COMPLETED:
            self.emit(EventType.SYNC_COMPLETED, **self._closing(), **counts, final_state=state.value)
        elif state in ENDS:
            kind = EventType.SYNC_CANCELLED if state is State.CANCELLED else EventType.SYNC_FAILED
            reason = {"code": context.get("code", ""), "message": context.get("message", "")}
            self.emit(kind, **self._closing(), **counts, **reason, stage=record.stage, attempts=record.attempts)

    def _opening(self) -> dict[str, Any]:
        return {"sync_id": self._sync.id, "trigger": self._operation.trigger, "options": dict(self._options)}

    def _closing(self) -> dict[str, Any]:
        return {"sync_id": self._sync.id, "duration_seconds": self._operation.duration_seconds}

    def _since(self, moment: float) -> float:
        return round(self._clock.monotonic() - moment, 3)


def finding_of(failure: FgdError, severity: Severity = Severity.ERROR) -> dict[str, Any]:
    """A failure in the shape of the findings in the commands' JSON."""
    nowhere: dict[str, Any] = {"file": None, "line": None, "column": None, "document": None, "rule": "", "related": []}
    words = {"code": failure.code.id, "severity": severity.value, "message": failure.message}
    return {**words, **nowhere, "remedy": failure.remedy}
