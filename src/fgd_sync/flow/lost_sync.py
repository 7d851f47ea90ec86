"""What becomes of a sync whose holder ended without a word: its record, made from the last note in its lock."""

from fgd_sync.model.code import SYNC_FAILED, Severity
from fgd_sync.model.lock_note import UNKNOWN, LockNote, Share
from fgd_sync.model.operation import Operation
from fgd_sync.model.sync import ENDS, State


def lost_sync(fabric: str, note: LockNote, now: str, *, end: str) -> Operation:
    """The record of the sync that held the lock of a fabric. `end` says how it lost the lock."""
    share = note.fabrics.get(fabric, Share(f"unknown, {now}"))
    ended = share.state in ENDS
    over = "; it had ended, and its history could not be written" if ended else ""
    message = f"{end}; last seen {_where(share)} at {note.seen_at or 'an unknown time'}; {_commit(share)}{over}"
    finding = {"code": SYNC_FAILED.id, "severity": Severity.ERROR.value, "message": message, "remedy": ""}
    nowhere = dict.fromkeys(("file", "line", "column", "document"))
    return Operation(
        share.sync_id,
        fabric,
        note.holder.correlation_id,
        trigger=note.holder.trigger,
        state=share.state if ended else State.FAILED.value,
        stage=share.stage,
        started_at=note.acquired_at,
        updated_at=now,
        completed_at=now,
        errors=0 if ended else 1,
        findings=() if ended else ({**finding, **nowhere, "rule": "", "related": []},),
        commit="" if share.commit == UNKNOWN else share.commit,
        owner=note.holder.owner,
        run_url=note.holder.run_url,
        note=message,
    )


def _where(share: Share) -> str:
    return f"in stage {share.stage}" if share.stage else "in an unknown stage"


def _commit(share: Share) -> str:
    """A commit stands in the lock only if the branch and the lock were moved by one and the same push."""
    if share.commit == UNKNOWN:
        return f"whether it published is not known here: look for `FGD-Sync-Id: {share.sync_id}` on the branch"
    return f"its commit {share.commit} is on the branch" if share.commit else "it published nothing"
