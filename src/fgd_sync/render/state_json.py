"""The JSON payloads of `status`, `history`, `cancel` and `unlock`: functions from values to plain dicts.

Names and shapes are a contract with other software; `status` prints what `sync` prints, and more.
"""

from collections.abc import Sequence
from dataclasses import asdict

from fgd_sync.model.code import Severity
from fgd_sync.model.event import Event, to_record
from fgd_sync.model.lock_note import LockNote, Share
from fgd_sync.model.operation import Operation
from fgd_sync.model.standing import Standing
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.render.json_report import Payload, progress_of


def status(standing: Standing) -> Payload:
    """What `status` prints for one fabric. `state` is null before its first sync."""
    record = standing.operation
    return {
        **(_operation(record) if record else _nothing(standing.fabric)),
        "lock": _lock(standing.lock, expired=standing.lock_expired) if standing.lock else None,
        "outbox": {item.target: _rest(asdict(item)) for item in standing.waiting},
        "dead_letters": standing.dead,
        "problem": standing.problem or None,
    }


def _operation(record: Operation) -> Payload:
    return {
        "sync_id": record.sync_id,
        "fabric": record.fabric,
        "state": record.state,
        "progress": progress_of(record.progress),
        "started_at": record.started_at or None,
        "updated_at": record.updated_at or None,
        "completed_at": record.completed_at or None,
        "trigger": record.trigger,
        "commit": record.commit or None,
        "errors": record.of(Severity.ERROR),
        "warnings": record.of(Severity.WARNING),
        "notices": [],
        "error_count": record.errors,
        "warning_count": record.warnings,
        "attempts": record.attempts,
        "duration_seconds": record.duration_seconds,
        "correlation_id": record.correlation_id,
        "owner": record.owner,
        "run_url": record.run_url or None,
        "note": record.note or None,
    }


def _nothing(fabric: str) -> Payload:
    empty = _operation(Operation("", fabric))
    return {**empty, "sync_id": None, "state": None}


def _lock(note: LockNote, *, expired: bool) -> Payload:
    return {
        "owner": note.holder.owner,
        "acquired_at": note.acquired_at,
        "seen_at": note.seen_at,
        "expires_at": note.expires_at,
        "expired": expired,
        "run_url": note.holder.run_url or None,
        "cancel_requested": asdict(note.cancel) if note.cancel else None,
    }


def _rest(waiting: Payload) -> Payload:
    return {key: value for key, value in waiting.items() if key != "target"}


def history(count: int, page: Sequence[Operation]) -> Payload:
    """What `history` prints: how many syncs there are in all, and those of one page."""
    return {"count": count, "results": [_result(item) for item in page]}


def _result(record: Operation) -> Payload:
    return {
        "sync_id": record.sync_id,
        "fabric": record.fabric,
        "trigger": record.trigger,
        "state": record.state,
        "started_at": record.started_at or None,
        "completed_at": record.completed_at or None,
        "duration_seconds": record.duration_seconds,
        "files_processed": record.files_processed,
        "errors": record.errors,
        "warnings": record.warnings,
        "commit": record.commit or None,
        "unchanged": record.unchanged,
        "owner": record.owner,
        "run_url": record.run_url or None,
        "note": record.note or None,
    }


def events(found: Sequence[Event]) -> Payload:
    """What `events show` prints."""
    return {"count": len(found), "results": [to_record(item) for item in found]}


def reports(waiting: Sequence[Undelivered], dead: Sequence[Undelivered]) -> Payload:
    """What `events show --undelivered` prints."""
    return {"waiting": [asdict(item) for item in waiting], "dead": [asdict(item) for item in dead]}


def asked(fabric: str, note: LockNote, *, by: str, reason: str) -> Payload:
    """What `cancel` and `unlock` print: whom they concerned."""
    return {
        "success": True,
        "fabric": fabric,
        "sync_id": note.fabrics.get(fabric, Share("")).sync_id or None,
        "owner": note.holder.owner,
        "expires_at": note.expires_at,
        "run_url": note.holder.run_url or None,
        "by": by,
        "reason": reason,
    }
