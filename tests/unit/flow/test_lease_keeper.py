"""The thread that keeps locks alive: in real time, with short leases."""

import time
from threading import active_count

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.flow.lease_keeper import LeaseKeeper
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.flow.tenure import Tenure
from fgd_sync.model.code import LOCK_LOST, SYNC_CANCELLED, Code
from fgd_sync.model.lock_note import Holder, from_message
from hand_clock import ids
from memory_store import MemoryStore, Server

REFS = StateRefs("refs/fgd")
NORTH = "refs/fgd/lock/north"


class World:
    """Locks with leases of a second or two, and what the keeper said of them."""

    def __init__(self, lease_seconds: float) -> None:
        self.server, self.clock = Server(), SystemClock()
        git = MemoryStore(self.server)
        store = LockStore(git, self.clock, REFS, lease_seconds)
        ledger = Ledger(git, self.clock, REFS)
        self.locks = Locks(store, ledger, ids("nonce"))
        self.said: dict[str, Code] = {}

    def acquire(self) -> Tenure:
        return self.locks.acquire({"north": "s1", "south": "s2"}, Holder("run 1"), 0)

    def keep(self, tenure: Tenure) -> LeaseKeeper:
        return LeaseKeeper(tenure, lambda fabric, failure: self.said.update({fabric: failure.code}))

    def wait_for(self, *fabrics: str) -> None:
        end = time.monotonic() + 5
        while set(fabrics) - self.said.keys() and time.monotonic() < end:
            time.sleep(0.02)
        assert set(fabrics) <= self.said.keys()


def test_a_lease_is_renewed_again_and_again() -> None:
    world = World(0.6)
    tenure = world.acquire()
    first = world.server.refs[NORTH]
    with world.keep(tenure):
        time.sleep(1.5)
        assert tenure.seconds_left > 0.1
    assert world.server.refs[NORTH] != first
    assert not world.said


def test_the_keeper_ends_at_once() -> None:
    world = World(300)
    threads = active_count()
    with world.keep(world.acquire()):
        start = time.monotonic()
    assert time.monotonic() - start < 0.5
    assert active_count() == threads


def test_a_cancel_is_noticed_while_the_run_is_at_work() -> None:
    world = World(0.6)
    with world.keep(world.acquire()):
        world.locks.cancel("north", "alice", "")
        world.wait_for("north")
    assert world.said == {"north": SYNC_CANCELLED}


def test_a_network_that_fails_is_borne_for_a_while() -> None:
    world = World(1.5)
    tenure = world.acquire()
    with world.keep(tenure):
        world.server.down = True
        time.sleep(0.6)
        world.server.down = False
        time.sleep(1.2)
    assert not world.said
    assert set(tenure.fabrics) == {"north", "south"}


def test_a_run_stops_before_its_lease_ends_unrenewed() -> None:
    world = World(0.9)
    tenure = world.acquire()
    with world.keep(tenure):
        world.server.down = True
        world.wait_for("north", "south")
        assert tenure.seconds_left > 0
    assert world.said == {"north": LOCK_LOST, "south": LOCK_LOST}
    world.server.down = False
    world.locks.give_back(tenure)
    assert world.server.refs == {}


def test_the_lock_tells_others_how_far_the_run_is() -> None:
    world = World(0.9)
    tenure = world.acquire()
    with world.keep(tenure):
        tenure.note("north", "processing", "processing")
        time.sleep(0.6)
    note = from_message(MemoryStore(world.server).server.commits[world.server.refs[NORTH]][0].message)
    assert note.fabrics["north"].stage == "processing"
