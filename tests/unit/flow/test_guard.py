"""What a publishing run knows of the runs before it."""

from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.guard import Custody, Guard
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.operation import Operation
from hand_clock import HandClock, ids
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
