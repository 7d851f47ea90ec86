"""The state store: entries are never lost, sizes stay bounded, and what cannot be read or written is said."""

import json
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest

from fgd_sync.flow.book import Book
from fgd_sync.flow.bookkeeping import (
    EVENTS_CHANGED,
    MOST_CHANGED,
    MOST_EVENT_BYTES,
    MOST_UNCHANGED,
    MOST_WAITING,
    Entry,
)
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.state_refs import SIGNATURE, Refs, StateRefs
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove
from fgd_sync.model.moment import later
from fgd_sync.model.operation import Operation
from fgd_sync.model.undelivered import Undelivered
from hand_clock import START, HandClock
from memory_store import MemoryStore, Server

NORTH = "refs/fgd/state/north"


class World:
    def __init__(self) -> None:
        self.server, self.clock = Server(), HandClock()

    @property
    def ledger(self) -> Ledger:
        return Ledger(MemoryStore(self.server), self.clock, StateRefs("refs/fgd"), jitter=lambda: 0.5)

    @property
    def book(self) -> Book:
        return self.ledger.book("north")

    def put(self, files: dict[str, bytes]) -> None:
        """Put other content where the state of north lies."""
        git = MemoryStore(self.server)
        new = git.commit(NewCommit("x", SIGNATURE, SIGNATURE, START, dict(files)))
        git.update([RefMove(NORTH, self.server.refs.get(NORTH, ""), new)])


@pytest.fixture
def world() -> World:
    return World()


def operation(number: int, **facts: Any) -> Operation:
    time = later(START, number)
    return replace(Operation(f"s{number}", "north", started_at=time, completed_at=time, state="completed"), **facts)


def event(number: int, kind: EventType = EventType.STATE_CHANGED, **payload: Any) -> Event:
    return Event(f"e{number}", kind, START, "north", None, "c1", payload, {"source": "t", "version": "1"})


def post(number: int, target: str = "netbox") -> Undelivered:
    return Undelivered(f"r{number}", target, START, {"n": number})


def test_what_is_recorded_can_be_read(world: World) -> None:
    done = operation(1, errors=2, findings=({"code": "FGD_1001", "severity": "error", "message": "ä\ud800"},))
    assert world.ledger.record([Entry("north", done, [event(1), event(2)])]) == ""
    assert world.book.operations() == [done]
    assert [item.id for item in world.book.events("s1")] == ["e1", "e2"]
    assert world.ledger.book("south").operations() == []


def test_several_fabrics_and_the_locks_are_written_in_one_step(world: World) -> None:
    git = MemoryStore(world.server)
    lock = git.commit(NewCommit("lock", SIGNATURE, SIGNATURE, START))
    git.update([RefMove("refs/fgd/lock/north", "", lock)])

    def release(refs: Refs) -> list[RefMove]:
        return [RefMove("refs/fgd/lock/north", refs["refs/fgd/lock/north"], "")]

    world.ledger.record([Entry("north", operation(1)), Entry("south", operation(2))], release)
    assert world.server.pushes == 2
    assert set(world.server.refs) == {NORTH, "refs/fgd/state/south"}


def test_the_state_has_no_history_of_its_own(world: World) -> None:
    for number in range(3):
        world.ledger.record([Entry("north", operation(number))])
    assert world.server.commits[world.server.refs[NORTH]][0].parent == ""


def test_writers_at_the_same_time_lose_nothing(world: World) -> None:
    def write(writer: int) -> None:
        for number in range(10):
            identity = writer * 100 + number
            entry = Entry("north", operation(identity), [event(identity)], [post(identity)])
            assert world.ledger.record([entry]) == ""

    threads = [Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {item.sync_id for item in world.book.operations()} == {
        f"s{w * 100 + n}" for w in range(8) for n in range(10)
    }
    assert len(world.book.outbox()) == 80


def test_recording_twice_is_recording_once(world: World) -> None:
    for _ in range(2):
        world.ledger.record([Entry("north", operation(1), [event(1)], [post(1)])])
    assert len(world.book.operations()) == 1
    assert len(world.book.outbox()) == 1


def test_a_sync_that_has_ended_keeps_its_end(world: World) -> None:
    world.ledger.record([Entry("north", operation(1, state="syncing"))])
    world.ledger.record([Entry("north", operation(1, state="completed"))])
    world.ledger.record([Entry("north", operation(1, state="failed"))])
    assert [item.state for item in world.book.operations()] == ["completed"]


def test_old_syncs_go_and_the_newest_stays(world: World) -> None:
    world.ledger.record([Entry("north", operation(1), [event(1)])])
    world.clock.seconds = 31 * 86_400
    assert [item.sync_id for item in world.book.operations()] == ["s1"]
    world.ledger.record([Entry("north", operation(int(world.clock.seconds)))])
    assert len(world.book.operations()) == 1
    assert world.book.events("s1") == []


def test_syncs_that_change_nothing_do_not_crowd_out_the_others(world: World) -> None:
    world.ledger.record([Entry("north", operation(0), [event(0)])])
    idle = [Entry("north", operation(n, unchanged=True), [event(n)]) for n in range(1, MOST_UNCHANGED * 2)]
    world.ledger.record(idle)
    assert len(world.book.operations()) == MOST_UNCHANGED + 1
    assert world.book.operations()[-1].sync_id == "s0"
    assert world.book.events("s0")
    assert not world.book.events("s1")


def test_the_size_is_bounded(world: World) -> None:
    finding = {"code": "FGD_1001", "severity": "error", "message": "m" * 300}
    many = [event(n, EventType.FILE_PROCESSED, file_path=f"raw/{n}.yaml") for n in range(400)]
    world.ledger.record([Entry("north", operation(n), posts=[post(n)]) for n in range(1100)])
    world.ledger.record([
        Entry("north", operation(n, findings=(finding,) * 50), [*many, event(n)]) for n in range(1100, 1310)
    ])  # fmt: skip
    assert len(world.book.operations()) == MOST_CHANGED
    assert world.book.depth() == {"netbox": MOST_WAITING}
    assert len([path for path in world.book.entries if path.startswith("events/")]) == EVENTS_CHANGED
    size = sum(len(world.server.blobs[entry.id]) for entry in world.book.entries.values())
    assert size < EVENTS_CHANGED * MOST_EVENT_BYTES + 3_000_000
    newest = world.book.operations()[0]
    assert len(newest.findings) == 50
    assert newest.events_left_out > 100
    assert world.book.events(newest.sync_id)[-1].type is EventType.STATE_CHANGED


def test_reports_wait_in_their_order_and_are_taken_out_by_their_ids(world: World) -> None:
    world.ledger.record([Entry("north", posts=[post(2), post(1), post(3, "redis")])])
    world.ledger.record(
        [Entry("north", posts=[post(4)], delivered=frozenset({"r2"}), tried=[replace(post(1), attempts=1)])]
    )
    assert [(item.id, item.attempts) for item in world.book.outbox("netbox")] == [("r1", 1), ("r4", 0)]
    world.ledger.record([Entry("north", dead=[replace(post(1), reason="no")])])
    assert [item.id for item in world.book.outbox()] == ["r4", "r3"]
    assert [(item.id, item.reason) for item in world.book.dead()] == [("r1", "no")]


def test_snapshots_are_kept_until_there_are_new_ones(world: World) -> None:
    world.ledger.record([Entry("north", base={"vpcs/a.json": b"1", "vpcs/b.json": b"2"})])
    world.ledger.record([Entry("north", operation(1))])
    assert world.book.base() == {"vpcs/a.json": b"1", "vpcs/b.json": b"2"}
    world.ledger.record([Entry("north", base={"vpcs/a.json": b"3"})])
    assert world.book.base() == {"vpcs/a.json": b"3"}


def test_lines_that_cannot_be_read_are_kept_aside(world: World) -> None:
    world.ledger.record([Entry("north", operation(1))])
    good = world.book.read("operations.jsonl")["operations.jsonl"]
    world.put({"format": b"1\n", "operations.jsonl": b'{"half":\n\xff\n' + good + b"[]\n", "else/where": b"x"})
    assert [item.sync_id for item in world.book.operations()] == ["s1"]
    world.ledger.record([Entry("north", operation(2))])
    assert [item.sync_id for item in world.book.operations()] == ["s2", "s1"]
    (aside,) = [path for path in world.book.entries if path.startswith("dead/state/")]
    assert world.book.read(aside)[aside] == b'{"half":\n\xff\n[]'
    assert "else/where" in world.book.entries


@pytest.mark.parametrize(
    ("files", "words"),
    [({"format": b"2\n"}, "newer fgd-sync"), ({"README.md": b"hello"}, "did not write"), ({}, "did not write")],
)
def test_what_is_not_ours_is_neither_read_nor_overwritten(world: World, files: dict[str, bytes], words: str) -> None:
    world.put(files)
    before = world.server.refs[NORTH]
    notice = world.ledger.record([Entry("north", operation(1)), Entry("south", operation(2))])
    assert words in notice
    assert "Nothing was changed" in notice
    assert world.server.refs[NORTH] == before
    assert world.ledger.book("south").operations(), "the others are recorded"
    with pytest.raises(FgdError):
        world.book.operations()


def test_a_token_that_may_not_write_costs_a_notice(world: World) -> None:
    world.server.read_only = "refs/fgd/"
    notice = world.ledger.record([Entry("north", operation(1))])
    assert notice.startswith("the history of this sync was not recorded: the token may not write")
    assert "sync.state_refs: refs/heads/fgd" in notice


def test_locks_are_released_even_where_state_cannot_be_written(world: World) -> None:
    git = MemoryStore(world.server)
    lock = git.commit(NewCommit("lock", SIGNATURE, SIGNATURE, START))
    git.update([RefMove("refs/fgd/lock/north", "", lock)])
    world.server.read_only = "refs/fgd/state/"
    notice = world.ledger.record([Entry("north", operation(1))], lambda _: [RefMove("refs/fgd/lock/north", lock, "")])
    assert notice
    assert world.server.refs == {}


def test_a_server_out_of_reach_costs_a_notice(world: World) -> None:
    world.server.down = True
    assert "cannot be reached" in world.ledger.record([Entry("north", operation(1))])


def test_the_record_of_a_sync_that_changed_nothing_is_short(world: World) -> None:
    world.ledger.record([Entry("north", operation(1, unchanged=True, trigger="schedule"))])
    line = world.book.read("operations.jsonl")["operations.jsonl"]
    assert len(line) < 250
    assert json.loads(line)["unchanged"] is True
