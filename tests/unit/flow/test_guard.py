"""What a publishing run knows of the runs before it, and what it leaves to the next one."""

from collections.abc import Sequence

import pytest

from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.guard import Custody, Guard
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.operation import Operation
from hand_clock import HandClock, ids
from memory_site import LOCK, STATE, MemorySite
from memory_store import MemoryStore, Server


def test_the_last_tip_is_that_of_the_newest_sync_that_was_completed() -> None:
    git, clock, refs = MemoryStore(Server()), HandClock(), StateRefs("refs/fgd")
    ledger = Ledger(git, clock, refs)
    custody = Custody(Holder("t"), 0, lambda _: None)
    guard = Guard(Locks(LockStore(git, clock, refs), ledger, ids()), ledger, custody, lambda _: Entry("north"))
    for number, state in enumerate(("completed", "completed", "failed")):
        ledger.record([Entry("north", Operation(f"s{number}", "north", state=state, tip=f"tip{number}"))])
    assert guard.last_tip("north") == "tip1"
    assert guard.last_tip("south") == ""


class CutOff(MemoryStore):
    """The connection is cut when the history is written: before the server has heard of it, or `after` it has."""

    def __init__(self, server: Server, *, after: bool = False) -> None:
        super().__init__(server)
        self._due, self._after = True, after

    def update(self, moves: Sequence[RefMove]) -> None:
        is_cut = self._due and any(move.ref == STATE for move in moves)
        if not is_cut or self._after:
            super().update(moves)
        if is_cut:
            self._due = False
            raise FgdError(GITHUB_CONNECTION_FAILED, "the connection was cut")


@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_was_cut_off_before_its_history_is_recorded_by_the_next(after: bool) -> None:
    site = MemorySite({"north/.hnp/manifest.yaml": b"fabric_name: north\n", "north/raw/a.yaml": b"# nothing\n"})
    first = site.sync(store=CutOff(site.server, after=after))
    assert any("was not recorded" in note for note in first.notes)
    second = site.sync()
    assert LOCK not in site.server.refs
    newest, cut = site.book().operations()
    assert (newest.sync_id, cut.sync_id) == (second.sync_id, first.sync_id)
    assert (cut.state, cut.commit) == ("completed", first.commit)
    assert cut.note.endswith("; it had ended, and its history could not be written") != after


def test_a_run_that_is_cut_off_when_it_takes_over_leaves_the_record_to_the_next() -> None:
    site = MemorySite({"north/.hnp/manifest.yaml": b"fabric_name: north\n"})
    first = site.sync(store=CutOff(site.server))
    second = site.sync(store=CutOff(site.server))
    assert second.failure
    assert second.failure.code is GITHUB_CONNECTION_FAILED
    site.sync()
    assert first.sync_id in {item.sync_id for item in site.book().operations()}
    assert LOCK not in site.server.refs
