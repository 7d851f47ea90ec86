"""A sink beyond the network, made patient and then quick: retried, and not called at all while it is out of reach.

What it could not take is raised as ever; whoever delivers keeps it for later.
"""

from fgd_sync.flow.breaker import Breaker
from fgd_sync.flow.resilience import Retries, call
from fgd_sync.model.event import Event
from fgd_sync.ports import EventSink


class GuardedSink:
    """The port `EventSink` around another sink. A run has many events: let the breaker open at the first failure."""

    def __init__(self, sink: EventSink, breaker: Breaker, retries: Retries) -> None:
        self._sink, self._breaker, self._retries = sink, breaker, retries

    @property
    def name(self) -> str:
        """The name of the sink within."""
        return self._sink.name

    def deliver(self, event: Event) -> None:
        """Hand the event to the sink within. Raises FgdError, at once while it is out of reach."""
        call(lambda: self._sink.deliver(event), self._breaker, self._retries)
