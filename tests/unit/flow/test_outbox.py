"""Reports that could not be delivered: each arrives once, in order, as soon as its receiver is back."""

from dataclasses import dataclass, field
from typing import Any

from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.bus import Bus, Subject
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.outbox import Outbox, missed_events
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.code import (
    NETBOX_AUTHENTICATION_FAILED,
    NETBOX_CONNECTION_FAILED,
    NETBOX_NOT_FOUND,
    REDIS_CONNECTION_FAILED,
    Code,
)
from fgd_sync.model.event import EVERY_FILE, Event, EventType, from_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.undelivered import Undelivered
from hand_clock import HandClock, ids
from memory_store import MemoryStore, Server

START = "2026-03-01T08:00:00Z"


@dataclass
class Receiver:
    """A neighbour that takes reports while `down` is None, except those it does not like."""

    down: Code | None = None
    dislikes: frozenset[str] = frozenset()
    got: list[str] = field(default_factory=list)

    def __call__(self, item: Undelivered) -> None:
        if self.down:
            raise FgdError(self.down, "it is away")
        if item.id in self.dislikes:
            raise FgdError(NETBOX_NOT_FOUND, "there is no such fabric")
        self.got.append(item.id)


def post(name: str, target: str = "netbox") -> Undelivered:
    return Undelivered(name, target, START, {"n": name})


class Runs:
    """Runs of one fabric, one after the other, each with reports of its own."""

    def __init__(self) -> None:
        self.server, self.clock = Server(), HandClock()
        self.receivers = {"netbox": Receiver(), "redis": Receiver()}
        self.outbox = Outbox(self.clock, most_refusals=3, days=30)
        self.ledger = Ledger(MemoryStore(self.server), self.clock, StateRefs("refs/fgd"))

    def run(self, *new: Undelivered) -> None:
        """Deliver what waits, then what is new; what cannot be delivered is kept."""
        waiting = [*self.ledger.book("north").outbox(), *new]
        fate = self.outbox.deliver(waiting, self.receivers)
        self.ledger.record([Entry("north", None, (), fate.left_of(new), fate.delivered, fate.tried, fate.dead)])
        self.clock.seconds += 60

    @property
    def waiting(self) -> list[str]:
        return [item.id for item in self.ledger.book("north").outbox()]


def test_neighbours_down_for_three_runs_then_up_get_everything_once_and_in_order() -> None:
    runs = Runs()
    runs.receivers["netbox"].down = NETBOX_CONNECTION_FAILED
    runs.receivers["redis"].down = REDIS_CONNECTION_FAILED
    for number in range(1, 4):
        runs.run(post(f"n{number}"), post(f"r{number}", "redis"))
    assert len(runs.waiting) == 6
    assert runs.ledger.book("north").outbox("netbox")[0].attempts == 3
    runs.receivers["netbox"].down = runs.receivers["redis"].down = None
    runs.run(post("n4"))
    runs.run()
    assert runs.receivers["netbox"].got == ["n1", "n2", "n3", "n4"]
    assert runs.receivers["redis"].got == ["r1", "r2", "r3"]
    assert runs.waiting == []


def test_one_target_does_not_hold_up_another() -> None:
    runs = Runs()
    runs.receivers["netbox"].down = NETBOX_CONNECTION_FAILED
    runs.run(post("n1"), post("r1", "redis"))
    assert runs.receivers["redis"].got == ["r1"]
    assert runs.waiting == ["n1"]


def test_a_report_that_is_refused_again_and_again_is_given_up_and_the_next_goes_on() -> None:
    runs = Runs()
    runs.receivers["netbox"].dislikes = frozenset({"n1"})
    runs.run(post("n1"), post("n2"))
    runs.run()
    assert runs.waiting == ["n1", "n2"], "its order is kept while it may still be taken"
    runs.run()
    assert runs.receivers["netbox"].got == ["n2"]
    (dead,) = runs.ledger.book("north").dead()
    assert (dead.id, dead.refusals, dead.reason) == ("n1", 3, "FGD_6003 there is no such fabric")


def test_a_receiver_that_does_not_let_us_in_is_not_the_reports_fault() -> None:
    runs = Runs()
    runs.receivers["netbox"].down = NETBOX_AUTHENTICATION_FAILED
    runs.run(post("n1"))
    for _ in range(10):
        runs.run()
    assert runs.waiting == ["n1"]


def test_a_report_waits_no_longer_than_history_is_kept() -> None:
    runs = Runs()
    runs.receivers["netbox"].down = NETBOX_CONNECTION_FAILED
    runs.run(post("n1"))
    runs.clock.seconds += 31 * 86_400
    runs.run()
    assert runs.waiting == []
    assert [item.id for item in runs.ledger.book("north").dead()] == ["n1"]


def test_reports_for_others_stay_untouched() -> None:
    fate = Outbox(HandClock(), most_refusals=3, days=30).deliver([post("x", "mail")], {"netbox": Receiver()})
    assert (fate.delivered, fate.tried, fate.dead) == (frozenset(), (), ())


def test_a_fault_in_a_receiver_counts_as_a_refusal() -> None:
    def faulty(item: Undelivered) -> None:
        raise KeyError(item.id)

    (tried,) = Outbox(HandClock(), most_refusals=3, days=30).deliver([post("n1")], {"netbox": faulty}).tried
    assert (tried.refusals, tried.reason) == (1, "KeyError: 'n1'")


def test_events_that_a_sink_missed_are_delivered_later_as_they_were() -> None:
    class Sink:
        name = "redis"
        most_files = EVERY_FILE

        def deliver(self, event: Event) -> None:
            raise FgdError(REDIS_CONNECTION_FAILED, f"away when {event.type} came")

    bus = Bus([Sink()], HandClock(), ids("e"), lambda *_: None)
    told: list[Any] = [
        bus.emit(EventType.SYNC_WARNING, Subject(name, None, "c1", "s1"), {"n": 1}) for name in ("a", "b")
    ]
    posts = missed_events(bus.missed, {"redis"})
    assert posts.keys() == {"a", "b"}
    assert from_record(posts["b"][0].body) == told[1]
    assert posts["b"][0].sync_id == "s1"
    assert not missed_events(bus.missed, {"log"})
