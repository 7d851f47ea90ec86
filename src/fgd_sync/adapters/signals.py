"""What ends a run before it is done: SIGINT and SIGTERM, and its time limit. Each becomes one FgdError.

It is raised in the main thread, wherever that is, once, as an Interruption: who handles the failures of a neighbour
there does not take it for one. A block can be shielded: a signal that arrives in it is remembered, the block gets a
short grace to finish, and the interruption comes at its end. From the signal on, all that is still done (a lock
released, a history written) shares a few seconds: a runner kills what takes longer.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from types import FrameType

from fgd_sync.model.code import SYNC_CANCELLED, SYNC_TIMEOUT
from fgd_sync.model.failure import FgdError, Interruption

GRACE = 4.0
"""Seconds that a shielded block gets after a signal."""

CLEAN_UP = 6.0
"""Seconds from the signal on for everything: a runner sends SIGTERM after 7.5 s and kills after 10 s."""

LEAST = 0.5
"""Seconds that a step of the clean-up gets even when the time is used up."""

_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)


class _Watch:
    """The state of the one run of this process."""

    def __init__(self) -> None:
        self.pid = 0
        self.limit = 0.0
        self.told: FgdError | None = None
        self.pending: FgdError | None = None
        self.ended_at: float | None = None
        self.held = 0
        self.shielded = 0
        self.grace_is_over = False

    def handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signal calls it
        """Note the first signal; raise its failure now if that may be. A forked worker just ends."""
        if os.getpid() != self.pid:
            os._exit(128 + number)
        if self.ended_at is None:
            self.ended_at = time.monotonic()
            self.pending = self._failure(number)
            signal.setitimer(signal.ITIMER_REAL, GRACE if self.shielded else 0)
        elif number == signal.SIGALRM:
            self.grace_is_over = True
        self.deliver()

    def _failure(self, number: int) -> FgdError:
        if self.told:
            return self.told
        if number == signal.SIGALRM:
            return FgdError(SYNC_TIMEOUT, f"the run was stopped after {self.limit:g} s (`sync.timeout_seconds`)")
        return FgdError(SYNC_CANCELLED, f"the run was cancelled ({signal.Signals(number).name})")

    def deliver(self) -> None:
        """Raise the failure that is due, if there is one."""
        if self.pending and not self.held and (self.grace_is_over or not self.shielded):
            failure, self.pending = self.pending, None
            raise Interruption(failure)


_watch = _Watch()


@contextmanager
def interruptible(seconds: float) -> Iterator[None]:
    """Turn signals, and the end of `seconds` (0: no limit), into failures during a block. In the main thread only.

    Raises FgdError SYNC_CANCELLED or SYNC_TIMEOUT out of the block.
    """
    global _watch  # noqa: PLW0603 - signals are one state of the whole process
    before = _watch
    _watch = _Watch()
    _watch.pid, _watch.limit = os.getpid(), seconds
    handlers = {number: signal.signal(number, _watch.handle) for number in _HANDLED}
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except Interruption as end:
        raise end.failure from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        _watch = before


def interrupt(failure: FgdError) -> None:
    """From any thread: end the run that is interruptible with a failure, as a signal would. Nothing where none is."""
    if _watch.pid == os.getpid():
        _watch.told = failure
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)


@contextmanager
def shield() -> Iterator[None]:
    """Let a block finish that must not be cut short: a push. After a signal it has `GRACE` seconds left."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = _watch
    watch.shielded += 1
    try:
        yield
    finally:
        watch.shielded -= 1
        watch.deliver()


@contextmanager
def held() -> Iterator[None]:
    """Let no failure come between for a few instructions: what is started in them is known to its owner."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = _watch
    watch.held += 1
    try:
        yield
    finally:
        watch.held -= 1
        watch.deliver()


def seconds_left() -> float | None:
    """The seconds that are left to clean up; None while the run has not been ended by a signal or its limit."""
    return None if _watch.ended_at is None else max(LEAST, over_at() - time.monotonic())


def over_at() -> float:
    """The moment, on the monotonic scale, at which a run that was ended is to be over; infinite while it goes on."""
    return inf if _watch.ended_at is None else _watch.ended_at + CLEAN_UP
