"""How a fabric stands: its newest sync, who works on it now, and what waits to be reported."""

from fgd_sync.model.lock_note import LockNote
from fgd_sync.model.operation import Operation
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """Reports that wait for one target; `oldest_at` is when the first of them was made, `reason` why it waits."""

    target: str
    depth: int
    oldest_at: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One fabric. `operation`: the sync at work, else the newest; None before the first. `lock`: of the one at work.

    `lock_expired`: nobody renewed the lock in time. `dead`: how many reports were given up. `problem`: why the history
    cannot be read.
    """

    fabric: str
    operation: Operation | None = None
    lock: LockNote | None = None
    lock_expired: bool = False
    waiting: tuple[Waiting, ...] = ()
    dead: int = 0
    problem: str = ""
