"""Delivers what earlier runs could not: reports in their order, per target, each taken out when its receiver has it.

A receiver that cannot be reached, or does not let us in, says nothing against a report: it waits, and those behind it,
until it is too old. A report that is refused again and again is given up after the attempts of the retry policy, so
that it does not block the others. Takes reports and a callable for each target; gives what became of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from fgd_sync.model.code import (
    GITHUB_AUTHENTICATION_FAILED,
    NETBOX_AUTHENTICATION_FAILED,
    NETBOX_PLUGIN_MISSING,
)
from fgd_sync.model.event import Event, to_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.moment import seconds_between
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.model.value import dataclass, replace
from fgd_sync.ports import Clock

Deliver = Callable[[Undelivered], object]
"""Gives a report to its receiver. Raises FgdError if it does not take it; may be called again with the same report."""

Waiting = Callable[[str], Sequence[Undelivered]]
"""Gives what waits of the reports of a fabric. Raises FgdError if that cannot be read."""

_SHUT = frozenset({GITHUB_AUTHENTICATION_FAILED, NETBOX_AUTHENTICATION_FAILED, NETBOX_PLUGIN_MISSING})
"""Failures that no repetition mends and that are not the report's fault either."""

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of reports: ids of those delivered, those that wait with their new counts, those given up."""

    delivered: frozenset[str] = frozenset()
    tried: tuple[Undelivered, ...] = ()
    dead: tuple[Undelivered, ...] = ()

    def left_of(self, new: Sequence[Undelivered]) -> tuple[Undelivered, ...]:
        """Of reports that were not kept before, those that are to be kept now, with their new counts."""
        gone = {*self.delivered, *(item.id for item in self.dead)}
        tried = {item.id: item for item in self.tried}
        return tuple(tried.get(item.id, item) for item in new if item.id not in gone)


class Outbox:
    """Delivers reports. `most_refusals`: so often a report may be refused; `days`: so long it waits."""

    def __init__(self, clock: Clock, *, most_refusals: int, days: int) -> None:
        self._clock, self._most, self._days = clock, most_refusals, days

    def deliver(self, waiting: Sequence[Undelivered], receivers: Mapping[str, Deliver]) -> Delivery:
        """Deliver what waits for each of the receivers; what waits for others stays untouched."""
        results = [item for target, give in receivers.items() for item in self._one_target(waiting, target, give)]
        return Delivery(
            frozenset(item.id for item, fate in results if fate == "delivered"),
            tuple(item for item, fate in results if fate == "waits"),
            tuple(item for item, fate in results if fate == "dead"),
        )

    def _one_target(
        self, waiting: Sequence[Undelivered], target: str, give: Deliver
    ) -> Iterator[tuple[Undelivered, str]]:
        """Reports with their fates, in their order, up to the one that has to wait."""
        for item in waiting:
            if item.target != target:
                continue
            tried, fate = self._attempt(item, give)
            yield tried, fate
            if fate == "waits":
                return

    def _attempt(self, item: Undelivered, give: Deliver) -> tuple[Undelivered, str]:
        now = self._clock.now()
        try:
            give(item)
        except FgdError as failure:
            refused = not failure.code.retryable and failure.code not in _SHUT
            reason = f"{failure.code.id} {failure.message}"
        except Exception as error:
            refused, reason = True, f"{type(error).__name__}: {error}"
        else:
            return item, "delivered"
        tried = replace(item, attempts=item.attempts + 1, refusals=item.refusals + refused, tried_at=now, reason=reason)
        old = seconds_between(item.created_at, now) > self._days * _DAY
        return tried, "dead" if old or tried.refusals >= self._most else "waits"


def kept(waiting: Waiting, fabric: str) -> Sequence[Undelivered]:
    """What earlier runs left behind; nothing where that cannot be read: it stays for the next run."""
    try:
        return waiting(fabric)
    except FgdError:
        return ()


def missed_events(
    missed: Mapping[str, Sequence[Event]], sinks: AbstractSet[str]
) -> Mapping[str, Sequence[Undelivered]]:
    """By fabric, the events that some sinks missed, as reports to be delivered to them later."""
    found: dict[str, list[Undelivered]] = {}
    for sink in sorted(sinks & missed.keys()):
        for event in missed[sink]:
            sync_id = event.metadata.get("sync_id", "")
            item = Undelivered(event.id, sink, event.timestamp, to_record(event), sync_id, event.correlation_id)
            found.setdefault(event.fabric, []).append(item)
    return found
