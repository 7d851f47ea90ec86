"""Keeps the locks of a run alive from a thread of its own, and says so at once when one is lost or is to be given up.

Takes a `Tenure`; gives failures to a callback. A network that fails is borne until the lease ends: then the run must
stop, because somebody else may take over. The locks' `GitStore` must bear being used by this thread besides others.
"""

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self

from fgd_sync.flow.tenure import Tenure
from fgd_sync.model.code import LOCK_LOST
from fgd_sync.model.failure import FgdError

Interrupt = Callable[[str, FgdError], object]
"""Called in the keeper's thread with the name of a fabric and why the run must not go on with it."""

_SHORTEST, _PATIENCE = 5.0, 10.0


class LeaseKeeper:
    """Renews locks while it is entered, every third of the lease, and soon after something new is to be written."""

    def __init__(self, tenure: Tenure, interrupt: Interrupt) -> None:
        self._tenure, self._interrupt = tenure, interrupt
        self._third = tenure.store.lease_seconds / 3
        self._wake, self._stop = Event(), Event()
        self._thread = Thread(target=self._run, name="lease keeper", daemon=True)

    def __enter__(self) -> Self:
        self._tenure.on_change = self._wake.set
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        pause = self._third
        while self._tenure.fabrics:
            if self._stop.wait(min(_SHORTEST, pause)):
                return
            self._wake.wait(max(pause - _SHORTEST, 0))
            if self._stop.is_set():
                return
            self._wake.clear()
            pause = self._third if self._renewed() else self._third / 4

    def _renewed(self) -> bool:
        try:
            lost = self._tenure.renew()
        except FgdError as failure:
            if self._tenure.seconds_left <= self._third / 2:
                self._give_up(failure)
            return False
        for fabric, reason in lost.items():
            self._interrupt(fabric, reason)
        return True

    def _give_up(self, failure: FgdError) -> None:
        for fabric in self._tenure.fabrics:
            words = f"the lock on fabric {fabric} could not be renewed in time: {failure.message}"
            lost = FgdError(LOCK_LOST, words, remedy=failure.remedy)
            self._tenure.lose(fabric, lost)
            self._interrupt(fabric, lost)
