"""Events as lines for people who watch a run: an event in, a line out, or none where a report says it better.

Findings in files are left to the report at the end. No line can act on a terminal or start a workflow command.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fgd_sync.model.event import Event, EventType
from fgd_sync.model.sync import STAGES
from fgd_sync.render.escape import inert, visible
from fgd_sync.render.tally import number

SHORT = 8
"""So many letters of a correlation id stand in each line; the first line of a sync has it whole."""

_Payload = Mapping[str, Any]


def event_line(event: Event) -> str:
    """What happened, on one line with the time, the fabric and the correlation id; "" for what is not told."""
    tell = _WORDS.get(event.type)
    words = tell(event.payload) if tell else ""
    if not words:
        return ""
    known = event.correlation_id if event.type is EventType.SYNC_STARTED else event.correlation_id[:SHORT]
    mark = f"  [{known}]" if known else ""
    return inert(visible(f"{event.timestamp[11:19]}  {event.fabric}  {words}{mark}"))


def stage_of(event: Event) -> str:
    """The stage that a sync enters with this event; "" for every other event."""
    state = str(event.payload.get("to", ""))
    return state if event.type is EventType.STATE_CHANGED and state in STAGES else ""


def _started(payload: _Payload) -> str:
    return f"sync {payload.get('sync_id', '')} started ({payload.get('trigger', '')})"


def _changed(payload: _Payload) -> str:
    state, context = str(payload.get("to", "")), payload.get("context") or {}
    if state == "retrying":
        return f"tried again from {payload.get('stage')} (attempt {payload.get('attempts')}): {_reason(context)}"
    return state if state in STAGES else ""


def _completed(payload: _Payload) -> str:
    counts = ", ".join(number(int(payload.get(f"{noun}s", 0)), noun) for noun in ("error", "warning"))
    files = number(int(payload.get("files_processed", 0)), "file")
    return f"completed in {payload.get('duration_seconds', 0):.1f} s: {files}, {counts}"


def _failed(payload: _Payload) -> str:
    stage = payload.get("stage")
    return f"failed{f' while {stage}' if stage else ''}: {_reason(payload)}"


def _cancelled(payload: _Payload) -> str:
    stage = payload.get("stage")
    return f"cancelled{f' while {stage}' if stage else ''}: {_reason(payload)}"


def _discovered(payload: _Payload) -> str:
    pending, managed = (number(int(payload.get(f"{name}_files", 0)), "file") for name in ("pending", "managed"))
    return f"{pending} in raw/, {managed} in managed/"


def _published(payload: _Payload) -> str:
    branch = payload.get("branch")
    return f"published as commit {str(payload.get('commit', ''))[:12]}{f' on {branch}' if branch else ''}"


def _warning(payload: _Payload) -> str:
    return "" if payload.get("file") else f"warning: {_reason(payload)}"


def _error(payload: _Payload) -> str:
    return "" if payload.get("file") else f"error: {_reason(payload)}"


def _repaired(payload: _Payload) -> str:
    return f"directory repaired: {number(len(payload.get('repairs_made', ())), 'repair')}"


def _reason(payload: _Payload) -> str:
    return f"{payload.get('code', '')} {payload.get('message', '')}".strip()


_WORDS: dict[EventType, Callable[[_Payload], str]] = {
    EventType.SYNC_STARTED: _started,
    EventType.STATE_CHANGED: _changed,
    EventType.SYNC_COMPLETED: _completed,
    EventType.SYNC_FAILED: _failed,
    EventType.SYNC_CANCELLED: _cancelled,
    EventType.SYNC_WARNING: _warning,
    EventType.SYNC_ERROR: _error,
    EventType.FILES_DISCOVERED: _discovered,
    EventType.DIRECTORY_INITIALIZED: lambda _: "directory set up",
    EventType.DIRECTORY_REPAIRED: _repaired,
    EventType.COMMIT_PUBLISHED: _published,
    EventType.NETBOX_REPORTED: lambda _: "NetBox was told",
    EventType.NETBOX_FAILED: lambda payload: f"NetBox could not be told: {_reason(payload)}",
}
