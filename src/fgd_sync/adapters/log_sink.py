"""What happens in a run, for who watches it: the port `EventSink` three times, each on an open text stream.

A log for people, in groups where GitHub's runner folds them; every event as JSON, for debugging; progress as JSON, for
software. Each record is one line, written at once.
"""

from collections.abc import Mapping
from typing import Any, TextIO

from fgd_sync.model.event import EVERY_FILE, Event, EventType, to_record
from fgd_sync.model.structure import Progress
from fgd_sync.model.sync import ENDS, STAGES, State
from fgd_sync.render.event_text import event_line, stage_of
from fgd_sync.render.json_text import to_json_line
from fgd_sync.render.workflow_commands import command

_LEVELS = {
    EventType.SYNC_ERROR: "error",
    EventType.SYNC_FAILED: "error",
    EventType.SYNC_WARNING: "warning",
    EventType.SYNC_CANCELLED: "warning",
    EventType.FILE_FAILED: "warning",
    EventType.NETBOX_FAILED: "warning",
}
_CLOSING = frozenset({EventType.SYNC_COMPLETED, EventType.SYNC_FAILED, EventType.SYNC_CANCELLED})


class LogSink:
    """A line for each step. `groups`: the lines of a stage in a group that GitHub's log folds."""

    name = "log"
    most_files = 0

    def __init__(self, stream: TextIO, *, groups: bool = False) -> None:
        self._stream, self._groups = stream, groups
        self._open = ""

    def deliver(self, event: Event) -> None:
        """Write the line of the event, if it has one."""
        if self._groups:
            self._group(event)
        line = event_line(event)
        if line:
            _write(self._stream, line)

    def _group(self, event: Event) -> None:
        """The fabrics of a run go through a stage together: the first opens its group, an end is told outside."""
        stage = stage_of(event)
        if self._open and (event.type in _CLOSING or (stage and stage != self._open)):
            _write(self._stream, command("endgroup", ""))
            self._open = ""
        if stage and not self._open:
            _write(self._stream, command("group", stage))
            self._open = stage


class DebugSink:
    """Every event whole, as a JSON object on a line, with a `level`: info, warning or error."""

    name = "debug log"
    most_files = EVERY_FILE

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def deliver(self, event: Event) -> None:
        """Write the event."""
        _write(self._stream, to_json_line({"level": _LEVELS.get(event.type, "info"), **to_record(event)}))


class ProgressSink:
    """How far each sync is, as JSON objects on lines: whenever its state changes, and as files go by.

    Each has the fields of a `sync.progress` event, and `sync_id`, `fabric`, `correlation_id` and `timestamp`.
    """

    name = "progress"
    most_files = 0

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last: dict[str, dict[str, Any]] = {}

    def deliver(self, event: Event) -> None:
        """Write how far the sync is, if the event changes that."""
        sync = str(event.payload.get("sync_id", ""))
        match event.type:
            case EventType.SYNC_PROGRESS:
                news = {name: event.payload.get(name) for name in _progress("", "", {})}
            case EventType.STATE_CHANGED:
                state, stage = str(event.payload["to"]), event.payload.get("stage") or ""
                news = _progress(state, stage, self._last.get(sync, {}))
            case _:
                return
        self._last[sync] = news
        if news["state"] in ENDS:
            del self._last[sync]
        who = {"sync_id": sync, "fabric": event.fabric, "correlation_id": event.correlation_id}
        _write(self._stream, to_json_line({"timestamp": event.timestamp, **who, **news}))


def _progress(state: str, stage: str, last: Mapping[str, Any]) -> dict[str, Any]:
    """The message on a new state; counts of files stay as they were, until all is done."""
    total = last.get("total_files", 0)
    done = total if state == State.COMPLETED else last.get("files_processed", 0)
    completed = STAGES if state == State.COMPLETED else STAGES[: STAGES.index(State(stage))] if stage else ()
    far = Progress(state, "" if state == State.COMPLETED else stage, completed, done, total)
    return {
        "state": state,
        "stage": stage,
        "progress": far.percent_complete,
        "current_file": "",
        "files_processed": done,
        "total_files": total,
    }


def _write(stream: TextIO, line: str) -> None:
    stream.write(f"{line}\n")
    stream.flush()
