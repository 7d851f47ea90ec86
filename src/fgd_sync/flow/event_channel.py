"""Events to a receiver outside that may be away: kept with the fabric until it takes them, and in their order.

What earlier runs kept is delivered first; until then, and from the first failure on, what happens is kept. Takes the
receiver as an `EventSink`. Knows nothing of Redis.
"""

from collections.abc import Callable, Iterable

from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.outbox import Delivery, Outbox, Waiting, kept, missed_events
from fgd_sync.model.event import Event, EventType, from_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.ports import EventSink


class EventChannel:
    """A sink that loses nothing. `warn` is called once, when the receiver does not take an event."""

    def __init__(
        self,
        receiver: EventSink,
        outbox: Outbox,
        waiting: Waiting,
        warn: Callable[[FgdError], object],
    ) -> None:
        self._receiver, self._outbox, self._waiting, self._warn = receiver, outbox, waiting, warn
        self.name, self.most_files = receiver.name, receiver.most_files
        self._is_open = False
        self._backlog: list[Event] = []
        self._results: dict[str, Delivery] = {}

    def deliver(self, event: Event) -> None:
        """Tell the receiver, or keep the event. Progress is not kept: it is out of date soon."""
        if self._is_open:
            self._is_open = self._give(event)
        elif event.type is not EventType.SYNC_PROGRESS:
            self._backlog.append(event)

    def open(self, fabrics: Iterable[str]) -> None:
        """Deliver what waits for the receiver, then what was kept meanwhile. The locks of the fabrics are ours."""
        found = {
            fabric: self._outbox.deliver(kept(self._waiting, fabric), {self.name: self._repeat}) for fabric in fabrics
        }
        self._results.update(found)
        if any(item.tried for item in found.values()):
            return
        backlog, self._backlog, self._is_open = self._backlog, [], True
        for event in backlog:
            self.deliver(event)

    def entry(self, entry: Entry) -> Entry:
        """An entry of the history of a fabric with what was delivered and what is to be kept for the next run."""
        found = self._results.get(entry.fabric, Delivery())
        posts = missed_events({self.name: self._backlog}, {self.name}).get(entry.fabric, ())
        return entry.after(found, posts)

    def _give(self, event: Event) -> bool:
        try:
            self._receiver.deliver(event)
        except FgdError as failure:
            if event.type is not EventType.SYNC_PROGRESS:
                self._backlog.append(event)
            self._warn(failure)
            return False
        return True

    def _repeat(self, item: Undelivered) -> None:
        self._receiver.deliver(from_record(item.body))
