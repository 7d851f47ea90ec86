"""The bus of events: what happens is told to sinks, each isolated from the others and from the sync.

A sink that raises is reported once. One whose neighbour fails (FgdError) is left in peace for the rest of the run; what
it missed is kept, so that it can be delivered later. Events may be emitted from several threads: sinks see one at a
time. Knows no sink in particular.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fgd_sync import __version__
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass

if TYPE_CHECKING:  # At a desk nobody needs what the other ports are about.
    from fgd_sync.ports import Clock, EventSink

SOURCE = "fgd-sync"
MOST_MISSED = 1000
"""So many events are kept for a sink that missed them; progress is not: it is out of date soon."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What events are about: one sync of one fabric. `fabric_id`: the fabric's id in NetBox."""

    fabric: str
    fabric_id: int | None = None
    correlation_id: str = ""
    sync_id: str = ""


SinkFailure = Callable[[str, Exception], object]
"""Called with the name of a sink and what it raised, once for each sink."""


class Bus:
    """Tells events to sinks."""

    def __init__(
        self, sinks: Sequence["EventSink"], clock: "Clock", new_id: Callable[[], str], on_sink_failure: SinkFailure
    ) -> None:
        self._sinks, self._clock, self._new_id, self._on_failure = tuple(sinks), clock, new_id, on_sink_failure
        self._reported: set[str] = set()
        self._muted: set[str] = set()
        self._missed: dict[str, list[Event]] = {}
        self._lock = RLock()

    @property
    def missed(self) -> Mapping[str, Sequence[Event]]:
        """By the name of a sink, the events that it did not take."""
        return self._missed

    @property
    def most_files(self) -> int:
        """Of how many files in a sync any sink takes note."""
        return max((sink.most_files for sink in self._sinks), default=0)

    def emit(self, kind: EventType, subject: Subject, payload: Mapping[str, Any]) -> Event:
        """Tell every sink that something happened; never raises for what a sink does."""
        about = (subject.fabric, subject.fabric_id, subject.correlation_id)
        with self._lock:
            event = Event(self._new_id(), kind, self._clock.now(), *about, payload, _metadata(subject.sync_id))
            for sink in self._sinks:
                self._deliver(sink, event)
        return event

    def _deliver(self, sink: "EventSink", event: Event) -> None:
        if sink.name in self._muted:
            self._miss(sink.name, event)
            return
        try:
            sink.deliver(event)
        except Exception as error:
            self._miss(sink.name, event)
            if isinstance(error, FgdError):
                self._muted.add(sink.name)
            self._report(sink.name, error)

    def _miss(self, name: str, event: Event) -> None:
        missed = self._missed.setdefault(name, [])
        if event.type is not EventType.SYNC_PROGRESS and len(missed) < MOST_MISSED:
            missed.append(event)

    def _report(self, name: str, error: Exception) -> None:
        if name not in self._reported:
            self._reported.add(name)
            self._on_failure(name, error)


@lru_cache(maxsize=16)
def _metadata(sync_id: str) -> Mapping[str, str]:
    """What stands in every event of a sync, of which there may be many thousands."""
    return MappingProxyType({"source": SOURCE, "version": __version__, **({"sync_id": sync_id} if sync_id else {})})
