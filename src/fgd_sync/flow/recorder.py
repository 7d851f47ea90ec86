"""Keeps the events of each sync until its end, for the history."""

from typing import TYPE_CHECKING

from fgd_sync.model.event import Event

if TYPE_CHECKING:  # Questions to the history need neither.
    from fgd_sync.flow.bookkeeping import Entry
    from fgd_sync.flow.ground import Run

MOST_EVENTS = 300
"""So many events are kept of one sync."""


class Recorder:
    """A sink that remembers."""

    name = "history"
    most_files = MOST_EVENTS

    def __init__(self) -> None:
        self._events: dict[str, list[Event]] = {}

    def deliver(self, event: Event) -> None:
        """Remember an event of a sync."""
        self._events.setdefault(event.metadata.get("sync_id", ""), []).append(event)

    def entry(self, run: "Run") -> "Entry":
        """What goes into the history of a run's fabric."""
        from fgd_sync.flow.bookkeeping import Entry  # many syncs change nothing, and leave none

        events = tuple(self._events.get(run.sync_id, ()))
        return Entry(run.fabric, run.course.operation, events, base=run.agreement)
