"""Work on many items spread over the cores of this machine, behind the protocol `Spread`.

Helpers are forked, so that they see what the work refers to without a copy; only results are sent, as pickles. Items go
out in batches, one ticket each, from a pipe that this process and its helpers draw from: nobody waits for a slow one.
Small work is done here, since starting helpers would take longer.
"""

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO, NoReturn

from fgd_sync.model.spread import Item, Result, in_turn

_WORTH_A_HELPER = 100_000
"""The cost for which it pays to start a helper: some 50 ms of work."""

_BATCH_COST = 50_000
_TICKET_SIZE = 4
_MOST_TICKETS = 1000
"""So many fit into one page, the smallest pipe that there is."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Spreads work over at most `count` processes, this one included (0: one for each core that it may use)."""

    count: int = 0
    batch_size: int = 50

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], costs: Sequence[int], /
    ) -> Iterable[Result]:
        """The results of the work, in the order of the items. Raises what the work raises."""
        helpers = min(self.count or _cores(), sum(costs) // _WORTH_A_HELPER) - 1
        if helpers < 1:
            return in_turn(work, items, costs)
        batches = [list(items[start:end]) for start, end in _cuts(costs, self.batch_size)]
        done = _done(lambda number: [work(item) for item in batches[number]], len(batches), helpers)
        return chain.from_iterable(done)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cuts(costs: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Where batches begin and end: a batch is full at a number of items or a cost."""
    most = max(most, 2 * len(costs) // _MOST_TICKETS)
    enough = max(_BATCH_COST, 2 * sum(costs) // _MOST_TICKETS)
    cuts: list[tuple[int, int]] = []
    start = total = 0
    for number, cost in enumerate(costs, 1):
        total += cost
        if number - start == most or total >= enough or number == len(costs):
            cuts.append((start, number))
            start, total = number, 0
    return cuts


def _done(work: Callable[[int], Any], count: int, helpers: int) -> list[Any]:
    """The results of all batches. The first one is done alone, so that what it loads is loaded for everybody.

    What helpers could not do, because they were killed or for a fault in the work, is done here in the end.
    """
    results = {0: work(0)}
    tickets = _tickets(1, count)
    team: list[_Helper] = []
    try:
        _start(team, helpers, lambda: _draw(tickets, work))
        results |= _draw(tickets, work)
        for helper in team:
            results |= helper.results()
    finally:
        os.close(tickets)
        for helper in team:
            helper.end()
    return [results[number] if number in results else work(number) for number in range(count)]


def _tickets(first: int, end: int) -> int:
    """A pipe with a ticket for each batch; it ends after the last."""
    tickets, box = os.pipe()
    with os.fdopen(box, "wb") as filled:
        filled.write(b"".join(number.to_bytes(_TICKET_SIZE, "big") for number in range(first, end)))
    return tickets


def _draw(tickets: int, work: Callable[[int], Any]) -> dict[int, Any]:
    """Do batches until no ticket is left."""
    results = {}
    while ticket := os.read(tickets, _TICKET_SIZE):
        number = int.from_bytes(ticket, "big")
        results[number] = work(number)
    return results


@dataclass(frozen=True, slots=True)
class _Helper:
    """A forked process that does batches and sends their results when none is left."""

    process: int
    pipe: BinaryIO

    def results(self) -> dict[int, Any]:
        """What it did, once it has done it; nothing if it came to an end before."""
        import pickle

        try:
            done: dict[int, Any] = pickle.load(self.pipe)  # noqa: S301 - written by our own process
        except (EOFError, pickle.UnpicklingError):
            return {}
        return done

    def end(self) -> None:
        """See to it that it is gone."""
        import signal

        self.pipe.close()
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def _start(team: list[_Helper], count: int, work: Callable[[], Any]) -> None:
    """Fork helpers into `team`; fewer where the system has no room for more."""
    for _ in range(count):
        ours, theirs = os.pipe()
        try:
            process = _fork()
        except OSError:
            os.close(ours)
            os.close(theirs)
            return
        if not process:
            _help(theirs, work)
        os.close(theirs)
        team.append(_Helper(process, os.fdopen(ours, "rb")))


def _fork() -> int:
    import warnings

    with warnings.catch_warnings():
        # Other threads of ours wait in system calls, and the child takes no lock that they hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _help(pipe: int, work: Callable[[], Any]) -> NoReturn:
    """The life of a helper; never returns. It says nothing and leaves what is open alone."""
    import pickle
    import signal

    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        gc.freeze()
        results = work()
        with os.fdopen(pipe, "wb") as sent:
            pickle.dump(results, sent, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)
