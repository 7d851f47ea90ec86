"""What a repository knows of syncs, in refs of its own: who is at work on a fabric, and what was.

Takes the repository and the settings; knows nothing of where it lies. Whoever only asks loads no code that takes locks.
"""

from typing import TYPE_CHECKING

from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.config import Settings
from fgd_sync.model.value import dataclass

if TYPE_CHECKING:  # Questions are answered faster without the values of all other ports.
    from fgd_sync.flow.locks import Locks
    from fgd_sync.ports import Clock, GitStore


@dataclass(frozen=True, slots=True)
class State:
    """The state of one repository, open to be read and written."""

    git: "GitStore"
    clock: "Clock"
    settings: Settings
    ledger: Ledger
    lock_store: LockStore

    @classmethod
    def of(cls, git: "GitStore", clock: "Clock", settings: Settings) -> "State":
        """The state that a repository holds, where the settings say and for as long as they say."""
        refs = StateRefs(settings.sync.state_refs)
        ledger = Ledger(git, clock, refs, retention_days=settings.sync.history_retention_days)
        return cls(git, clock, settings, ledger, LockStore(git, clock, refs))

    @property
    def locks(self) -> "Locks":
        """The locks, for those who change them."""
        from uuid import uuid4

        from fgd_sync.flow.locks import Locks

        return Locks(self.lock_store, self.ledger, lambda: str(uuid4()))
