"""Tells neighbours what became of a fabric: first what earlier runs could not tell them, then this sync.

Each neighbour is a receiver with reports of its own, kept in the fabric's outbox until they are delivered. A neighbour
that fails costs a report, never a commit. Knows no neighbour in particular.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.ground import Run
from fgd_sync.flow.outbox import Delivery, Outbox, Waiting, kept
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.model.value import dataclass


class Receiver(Protocol):
    """A neighbour that is told of syncs."""

    @property
    def target(self) -> str:
        """Its name in the outbox."""

    def post(self, run: Run) -> Undelivered | None:
        """What it is to be told of a run; None: nothing."""

    def deliver(self, run: Run, item: Undelivered) -> None:
        """Give it a report, of this run or of an earlier one of the fabric. Raises FgdError if it does not take it."""

    def failed(self, run: Run, reason: str) -> None:
        """It did not take what it was to be told of the run, which is kept; notes in the run what that means."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of reports, and what is left of those of this run."""

    delivery: Delivery
    left: Sequence[Undelivered]


class Reporter:
    """Delivers reports of runs, and knows what is left of them for the history."""

    def __init__(self, outbox: Outbox, receivers: Sequence[Receiver], waiting: Waiting) -> None:
        self._outbox, self._receivers, self._waiting = outbox, receivers, waiting
        self._results: dict[str, _Told] = {}

    def report(self, runs: Sequence[Run]) -> None:
        """Tell every receiver of the runs, of each once; what they do not take is kept for the next run."""
        for run in runs:
            if self._receivers and run.sync_id not in self._results:
                self._report(run)

    def _report(self, run: Run) -> None:
        posts = [item for receiver in self._receivers if (item := receiver.post(run))]
        found = self._outbox.deliver((*kept(self._waiting, run.fabric), *posts), self._callables(run))
        left = found.left_of(posts)
        self._results[run.sync_id] = _Told(found, left)
        reasons = {item.target: item.reason for item in (*found.tried, *found.dead)}
        for receiver in self._receivers:
            if any(item.target == receiver.target for item in left):
                receiver.failed(run, reasons.get(receiver.target, ""))

    def _callables(self, run: Run) -> Mapping[str, Callable[[Undelivered], object]]:
        return {receiver.target: partial(receiver.deliver, run) for receiver in self._receivers}

    def entry(self, run: Run, entry: Entry) -> Entry:
        """An entry of the history with what became of the reports; of a run that nobody was told of, all are kept."""
        told = self._results.get(run.sync_id)
        if told is None:
            posts = [item for receiver in self._receivers if (item := receiver.post(run))]
            return entry.after(Delivery(), posts)
        return entry.after(told.delivery, told.left)
