"""The bus: every sink hears everything, and none can harm another or the sync."""

from dataclasses import dataclass, field

from fgd_sync.flow.bus import Bus, Subject
from fgd_sync.model.code import REDIS_CONNECTION_FAILED
from fgd_sync.model.event import EVERY_FILE, Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.ports import EventSink
from hand_clock import HandClock, ids

NORTH = Subject("north", 7, "c1", "s1")


@dataclass
class Listener:
    """A sink that raises what it is told to, as often as it is called."""

    name: str = "listener"
    raises: Exception | None = None
    heard: list[Event] = field(default_factory=list)
    calls: int = 0
    most_files: int = EVERY_FILE

    def deliver(self, event: Event) -> None:
        self.calls += 1
        if self.raises:
            raise self.raises
        self.heard.append(event)


def bus_of(*sinks: EventSink) -> tuple[Bus, list[tuple[str, str]]]:
    failures: list[tuple[str, str]] = []
    return Bus(sinks, HandClock(), ids("e"), lambda name, error: failures.append((name, str(error)))), failures


def test_every_sink_hears_the_same_record() -> None:
    one, two = Listener(), Listener("two")
    bus, _ = bus_of(one, two)
    event = bus.emit(EventType.SYNC_WARNING, NORTH, {"code": "FGD_1010"})
    assert one.heard == two.heard == [event]
    assert (event.id, event.fabric, event.fabric_id, event.correlation_id) == ("e-1", "north", 7, "c1")
    assert event.payload == {"code": "FGD_1010"}
    assert event.metadata["source"] == "fgd-sync"
    assert event.metadata["sync_id"] == "s1"


def test_a_sink_that_raises_is_reported_once_and_stops_nothing() -> None:
    bad, good = Listener("bad", ValueError("a fault")), Listener("good")
    bus, failures = bus_of(bad, good)
    for _ in range(3):
        bus.emit(EventType.SYNC_WARNING, NORTH, {})
    assert failures == [("bad", "a fault")]
    assert len(good.heard) == bad.calls == 3


def test_a_sink_whose_neighbour_fails_is_left_in_peace_and_what_it_missed_is_kept() -> None:
    redis = Listener("redis", FgdError(REDIS_CONNECTION_FAILED, "no route"))
    bus, failures = bus_of(redis)
    for kind in (EventType.SYNC_STARTED, EventType.SYNC_PROGRESS, EventType.SYNC_COMPLETED):
        bus.emit(kind, NORTH, {})
    assert redis.calls == 1
    assert failures == [("redis", "no route")]
    assert [item.type for item in bus.missed["redis"]] == [EventType.SYNC_STARTED, EventType.SYNC_COMPLETED]


def test_a_failure_may_itself_be_told() -> None:
    bad, good = Listener("bad", ValueError("a fault")), Listener("good")
    told: list[Event] = []
    bus = Bus([bad, good], HandClock(), ids(), lambda *_: told.append(bus.emit(EventType.SYNC_WARNING, NORTH, {})))
    bus.emit(EventType.SYNC_STARTED, NORTH, {})
    assert [item.type for item in good.heard] == [EventType.SYNC_WARNING, EventType.SYNC_STARTED]
