"""Locks on fabrics: who gets them, who waits, what becomes of the dead, and that a lost lock publishes nothing."""

from contextlib import suppress

import pytest

from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.flow.tenure import Tenure
from fgd_sync.model.code import (
    GITHUB_CONNECTION_FAILED,
    LOCK_LOST,
    PUSH_REJECTED,
    SYNC_ALREADY_IN_PROGRESS,
    SYNC_CANCELLED,
    SYNC_NOT_FOUND,
)
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove, Signature
from fgd_sync.model.lock_note import UNKNOWN, Holder
from hand_clock import HandClock, ids
from memory_store import MemoryStore, Server

REFS = StateRefs("refs/fgd")
NORTH = "refs/fgd/lock/north"
MAIN = "refs/heads/main"
BOT = Signature("t", "t@example.com")


class World:
    """A server, and programs that work on it."""

    def __init__(self) -> None:
        self.server, self.clock, self.new_id = Server(), HandClock(), ids("nonce")

    def ledger(self, git: MemoryStore | None = None) -> Ledger:
        return Ledger(git or MemoryStore(self.server), self.clock, REFS, jitter=lambda: 0.5)

    def locks(self) -> Locks:
        git = MemoryStore(self.server)
        return Locks(LockStore(git, self.clock, REFS), self.ledger(git), self.new_id, lambda: 0.5)

    def acquire(self, *fabrics: str, owner: str = "run 1", wait: float = 0) -> Tenure:
        wanted = {name: f"sync-of-{name}-by-{owner}" for name in fabrics}
        return self.locks().acquire(wanted, Holder(owner, "c1", "push", "https://example.com/runs/1"), wait)

    def publish(self, tenure: Tenure, fabric: str) -> str:
        git = tenure.store.git
        new = git.commit(NewCommit(f"change of {fabric}", BOT, BOT, self.clock.now(), {"f": self.clock.now().encode()}))
        with tenure.publishing({fabric: new}) as moves:
            git.update([RefMove(MAIN, self.server.refs.get(MAIN, ""), new), *moves])
        return new


@pytest.fixture
def world() -> World:
    return World()


def test_one_push_takes_the_locks_of_all_fabrics(world: World) -> None:
    tenure = world.acquire("north", "south", "Süd/Ost")
    assert set(tenure.fabrics) == {"north", "south", "Süd/Ost"}
    assert world.server.pushes == 1
    assert len(world.server.refs) == 3


def test_a_lock_that_is_taken_does_not_keep_the_others(world: World) -> None:
    world.acquire("north")
    tenure = world.acquire("east", "north", "south", owner="run 2")
    assert tenure.fabrics == ("east", "south")
    refused = tenure.refused["north"]
    assert refused.code is SYNC_ALREADY_IN_PROGRESS
    assert refused.message == (
        "fabric north is being synced by run 1 since 2026-03-01T08:00:00Z, now in stage initializing; its run: https://example.com/runs/1"
    )
    assert "fgd cancel north" in refused.remedy
    assert refused.details["expires_at"] == "2026-03-01T08:02:00Z"


def test_waits_for_a_lock_until_it_is_released(world: World) -> None:
    first, locks = world.acquire("north"), world.locks()

    def release() -> None:
        if world.clock.seconds > 5 and first.fabrics:
            locks.give_back(first)

    world.clock.on_sleep = release
    assert world.acquire("north", owner="run 2", wait=30).fabrics == ("north",)
    assert 5 < world.clock.seconds < 15


def test_waits_no_longer_than_asked(world: World) -> None:
    world.acquire("north")
    assert "north" in world.acquire("north", wait=30).refused
    assert 30 <= world.clock.seconds < 31


def test_two_runs_that_want_each_others_fabrics_do_not_wait_in_a_circle(world: World) -> None:
    third = world.acquire("a", owner="run 3")
    world.clock.on_sleep = lambda: None
    waiting = world.acquire("a", "b", owner="run 1", wait=1)
    assert waiting.fabrics == ("b",), "what is free is taken when time is up"
    world.locks().give_back(waiting)
    # While run 1 waits for `a` it must not sit on `b`.
    seen = []
    world.clock.on_sleep = lambda: seen.append("refs/fgd/lock/b" in world.server.refs)
    world.acquire("a", "b", owner="run 1", wait=10)
    assert not any(seen)
    assert third.fabrics == ("a",)


def test_locks_are_released_by_deleting_their_refs(world: World) -> None:
    tenure = world.acquire("north", "south")
    tenure.renew()
    world.locks().give_back(tenure)
    assert world.server.refs == {}


def test_a_renewed_lease_is_not_taken_over(world: World) -> None:
    tenure = world.acquire("north")
    for _ in range(10):
        world.clock.seconds += 100
        assert not tenure.renew()
        assert "north" in world.acquire("north", owner="run 2").refused


def test_an_expired_lease_is_taken_over_and_the_history_says_what_happened(world: World) -> None:
    dead = world.acquire("north")
    dead.note("north", "syncing", "syncing")
    commit = world.publish(dead, "north")
    world.clock.seconds += 149
    assert "north" in world.acquire("north", owner="run 2").refused, "the margin for clocks that differ"
    world.clock.seconds += 2
    assert world.acquire("north", owner="run 2").fabrics == ("north",)
    (operation,) = world.ledger().book("north").operations()
    assert (operation.state, operation.stage, operation.commit) == ("failed", "syncing", commit)
    assert operation.note == (
        "killed or lost; its lock was taken over by run 2; last seen in stage syncing at 2026-03-01T08:00:00Z; "
        f"its commit {commit} is on the branch"
    )
    assert operation.owner == "run 1"
    assert operation.errors == 1


def test_a_dead_sync_that_published_nothing_is_told_so(world: World) -> None:
    world.acquire("north")
    world.clock.seconds += 200
    world.acquire("north", owner="run 2")
    (operation,) = world.ledger().book("north").operations()
    assert "last seen in stage initializing" in operation.note
    assert operation.note.endswith("it published nothing")


def test_of_a_commit_made_by_other_means_it_is_said_that_it_may_be_there(world: World) -> None:
    dead = world.acquire("north")
    with dead.publishing({"north": UNKNOWN}) as moves:
        dead.store.git.update(moves)
    world.clock.seconds += 200
    world.acquire("north", owner="run 2")
    (operation,) = world.ledger().book("north").operations()
    assert operation.note.endswith("look for `FGD-Sync-Id: sync-of-north-by-run 1` on the branch")
    assert operation.commit == ""


def test_who_was_taken_over_cannot_publish(world: World) -> None:
    slow = world.acquire("north")
    world.clock.seconds += 200
    world.acquire("north", owner="run 2")
    with pytest.raises(FgdError) as caught:
        world.publish(slow, "north")
    assert caught.value.code is PUSH_REJECTED
    assert MAIN not in world.server.refs
    assert slow.check()["north"].code is LOCK_LOST
    assert "taken over by run 2" in slow.lost["north"].message
    assert slow.fabrics == ()
    assert slow.release(world.server.refs) == [], "the lock of the other run stays"


def test_publishing_moves_lock_and_branch_in_one_push_and_goes_on(world: World) -> None:
    tenure = world.acquire("north", "south")
    before = world.server.pushes
    world.publish(tenure, "north")
    assert world.server.pushes == before + 1
    assert not tenure.renew()
    world.publish(tenure, "south")
    assert set(tenure.fabrics) == {"north", "south"}


def test_a_push_that_fails_leaves_the_lock_as_it_was(world: World) -> None:
    tenure = world.acquire("north")
    with pytest.raises(FgdError), tenure.publishing({"north": world.server.refs[NORTH]}):
        raise FgdError(PUSH_REJECTED, "somebody pushed to main")
    assert not tenure.renew()
    world.publish(tenure, "north")


def test_an_answer_that_got_lost_is_no_lost_lock(world: World) -> None:
    tenure = world.acquire("north")
    with suppress(FgdError), tenure.publishing({"north": "0" * 40}) as moves:
        tenure.store.git.update(moves)
        raise FgdError(GITHUB_CONNECTION_FAILED, "no answer")
    assert not tenure.renew()
    assert not tenure.lost
    world.locks().give_back(tenure)
    assert world.server.refs == {}


def test_cancel_is_noticed_at_the_next_renewal(world: World) -> None:
    tenure = world.acquire("north", "south")
    world.locks().cancel("north", "alice", "wrong branch")
    lost = tenure.renew()
    assert lost.keys() == {"north"}
    assert lost["north"].code is SYNC_CANCELLED
    assert lost["north"].message == "the sync of fabric north was cancelled by alice: wrong branch"
    assert tenure.fabrics == ("south",)
    assert not tenure.renew(), "it is told once"
    world.locks().give_back(tenure)
    assert world.server.refs == {}


def test_cancel_stops_a_publish_that_is_under_way(world: World) -> None:
    tenure = world.acquire("north")
    world.locks().cancel("north", "alice", "")
    with pytest.raises(FgdError):
        world.publish(tenure, "north")
    assert MAIN not in world.server.refs
    assert tenure.check()["north"].code is SYNC_CANCELLED
    with pytest.raises(FgdError) as caught:
        world.publish(tenure, "north")
    assert caught.value.code is SYNC_CANCELLED


def test_there_is_nothing_to_cancel_or_unlock_where_nobody_works(world: World) -> None:
    for ask in (world.locks().cancel, world.locks().unlock):
        with pytest.raises(FgdError) as caught:
            ask("north", "alice", "")
        assert caught.value.code is SYNC_NOT_FOUND


def test_unlock_is_recorded(world: World) -> None:
    tenure = world.acquire("north")
    world.locks().unlock("north", "alice", "the runner burned")
    assert NORTH not in world.server.refs
    (operation,) = world.ledger().book("north").operations()
    assert operation.note.startswith("unlocked by alice: the runner burned; last seen")
    assert tenure.renew()["north"].code is LOCK_LOST


def test_a_lock_that_somebody_else_wrote_is_respected_and_can_be_removed(world: World) -> None:
    git = MemoryStore(world.server)
    git.update([RefMove(NORTH, "", git.commit(NewCommit("hello", BOT, BOT, world.clock.now())))])
    world.clock.seconds += 1_000_000
    refused = world.acquire("north").refused["north"]
    assert "fgd unlock north" in refused.remedy
    world.locks().unlock("north", "alice", "")
    assert world.acquire("north").fabrics == ("north",)


def test_a_run_that_waits_long_keeps_the_locks_that_it_has(world: World) -> None:
    first = world.acquire("z")
    world.clock.on_sleep = first.renew
    tenure = world.acquire("a", "z", owner="run 2", wait=500)
    assert tenure.fabrics == ("a",)
    assert tenure.seconds_left > 60


def test_who_is_interrupted_while_waiting_gives_back_what_it_has(world: World) -> None:
    world.acquire("z")

    def interrupt() -> None:
        raise KeyboardInterrupt

    world.clock.on_sleep = interrupt
    with pytest.raises(KeyboardInterrupt):
        world.acquire("a", "z", owner="run 2", wait=30)
    assert set(world.server.refs) == {"refs/fgd/lock/z"}


def test_of_two_that_take_over_one_gets_the_lock(world: World) -> None:
    world.acquire("north")
    world.clock.seconds += 200
    git = MemoryStore(world.server)
    slow = Locks(LockStore(git, world.clock, REFS), world.ledger(git), world.new_id, lambda: 0.5)
    found = slow._look(["north"])
    fast = world.acquire("north", owner="run 2")
    assert not slow._replaced(found, git.commit(NewCommit("late", BOT, BOT, world.clock.now())), [])
    assert fast.fabrics == ("north",)
    assert not fast.renew()


def test_take_over_works_where_history_cannot_be_written(world: World) -> None:
    world.acquire("north")
    world.clock.seconds += 200
    world.server.read_only = "refs/fgd/state/"
    assert world.acquire("north", owner="run 2").fabrics == ("north",)


def test_the_locks_of_a_repository_are_a_queue(world: World) -> None:
    south, north, east = (world.acquire(name, owner=name) for name in ("south", "north", "east"))
    for tenure in (south, north, east):
        tenure.check()
    assert (east.ahead, north.ahead, south.ahead) == (0, 1, 2)
    world.server.refs.pop(NORTH)
    south.check()
    assert south.ahead == 1
