"""How fabrics stand and what was, for people at a terminal: values in, text out."""

from collections.abc import Iterator, Sequence

from fgd_sync.model.event import Event
from fgd_sync.model.moment import seconds_between
from fgd_sync.model.operation import Operation
from fgd_sync.model.standing import Standing
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.render.escape import inert, visible
from fgd_sync.render.style import Paint, painter
from fgd_sync.render.table import table

_SHORT_ID, _SHORT_COMMIT = 8, 10
_STYLES = {"completed": "add", "failed": "error", "cancelled": "warning"}


def status(standings: Sequence[Standing], now: str, *, color: bool) -> str:
    """One line for each fabric, then what there is to say of some of them."""
    paint = painter(color)
    if not standings:
        return "No fabric has a history here yet."
    heads = ("fabric", "state", "stage", "began", "took", "errors", "warnings", "trigger", "commit", "sync")
    rows = [_status_row(item, now) for item in standings]
    notes = [f"{visible(item.fabric)}: {line}" for item in standings for line in _notes(item, now, paint)]
    lines = [*table(heads, rows, paint, right=frozenset({4, 5, 6})), *([""] if notes else []), *notes]
    return inert("\n".join(lines))


def _status_row(standing: Standing, now: str) -> tuple[str, ...]:
    record = standing.operation
    if record is None:
        return (standing.fabric, "no sync yet", *[""] * 8)
    took = duration(record.duration_seconds) if record.has_ended else ago(record.started_at, now)
    return (
        standing.fabric,
        record.state,
        record.stage if record.state != "completed" else "",
        record.started_at,
        took,
        str(record.errors),
        str(record.warnings),
        record.trigger,
        record.commit[:_SHORT_COMMIT],
        record.sync_id[:_SHORT_ID],
    )


def _notes(standing: Standing, now: str, paint: Paint) -> Iterator[str]:
    if standing.problem:
        yield f"{paint('error', 'error')}  {visible(standing.problem)}"
    note = standing.lock
    if note:
        run = f", {note.holder.run_url}" if note.holder.run_url else ""
        until = "its lease ended at" if standing.lock_expired else "its lease lasts until"
        more = ": the next sync takes over" if standing.lock_expired else ""
        yield f"at work: {visible(note.holder.owner)}{visible(run)}; {until} {visible(note.expires_at)}{more}"
        if note.cancel:
            reason = f": {visible(note.cancel.reason)}" if note.cancel.reason else ""
            yield f"asked to stop by {visible(note.cancel.by)} at {visible(note.cancel.at)}{reason}"
    record = standing.operation
    if record and record.note:
        yield visible(record.note)
    for finding in record.findings[:3] if record else ():
        yield visible(f"{finding.get('code', '')} {finding.get('message', '')}")
    for item in standing.waiting:
        reason = f" ({visible(item.reason)})" if item.reason else ""
        yield f"{item.depth} reports wait for {visible(item.target)}, the oldest for {ago(item.oldest_at, now)}{reason}"
    if standing.dead:
        yield f"{standing.dead} reports were given up; `fgd events show --undelivered` lists them"


def history(count: int, page: Sequence[Operation], *, offset: int, color: bool) -> str:
    """One line for each sync, the newest first."""
    if not page:
        return "No sync is kept in the history." if not count else f"There are only {count} such syncs."
    paint = painter(color)
    heads = ("began", "fabric", "state", "took", "files", "errors", "warnings", "trigger", "commit", "sync")
    lines = [
        *table(heads, [_history_row(item) for item in page], paint, right=frozenset({3, 4, 5, 6})),
        f"{offset + 1} to {offset + len(page)} of {count}",
    ]
    return inert("\n".join(lines))


def _history_row(record: Operation) -> tuple[str, ...]:
    return (
        record.started_at,
        record.fabric,
        f"{record.state} in {record.stage}"
        if record.state in ("failed", "cancelled") and record.stage
        else record.state,
        duration(record.duration_seconds),
        str(record.files_processed),
        str(record.errors),
        str(record.warnings),
        record.trigger,
        record.commit[:_SHORT_COMMIT] or ("unchanged" if record.unchanged else ""),
        record.sync_id[:_SHORT_ID],
    )


def events(record: Operation, found: Sequence[Event], *, color: bool) -> str:
    """The events of one sync, a line each."""
    paint = painter(color)
    head = f"sync {visible(record.sync_id)} of fabric {visible(record.fabric)}: {visible(record.state)}"
    rows = [(item.timestamp, item.type.value, _brief(item)) for item in found]
    lines = [head, *(table(("time", "event", "content"), rows, paint, right=frozenset()) if rows else ())]
    if record.events_left_out:
        lines.append(f"{record.events_left_out} events were too many to be kept")
    return inert("\n".join(lines))


def reports(waiting: Sequence[Undelivered], dead: Sequence[Undelivered], *, color: bool) -> str:
    """The reports that wait, and those that were given up, a line each."""
    rows = [
        (item.target, state, item.created_at, str(item.attempts), item.reason, item.id)
        for state, items in (("waits", waiting), ("given up", dead))
        for item in items
    ]
    if not rows:
        return "Every report was delivered."
    heads = ("to", "state", "made", "attempts", "reason", "report")
    return inert("\n".join(table(heads, rows, painter(color), right=frozenset({3}))))


def _brief(event: Event) -> str:
    """The simple values of a payload."""
    if event.type == "state.changed":
        reason = event.payload.get("context") or {}
        words = f": {reason['code']} {reason.get('message', '')}" if reason.get("code") else ""
        return f"{event.payload.get('from')} to {event.payload.get('to')}{words}"
    simple = {
        key: value
        for key, value in event.payload.items()
        if key != "sync_id" and isinstance(value, str | int | float) and value != ""
    }
    return ", ".join(f"{key} {value}" for key, value in simple.items())


def duration(seconds: float) -> str:
    """A time span in the unit that fits: `0.4 s`, `12 s`, `3 min`, `5 h`, `2 d`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    for most, size, unit in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < most:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} d"


def ago(time: str, now: str) -> str:
    """How long ago a time was."""
    try:
        return duration(max(seconds_between(time, now), 0.0))
    except ValueError:
        return ""
