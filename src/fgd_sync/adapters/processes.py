"""Work on many items spread over the cores of this machine, behind the protocol `Spread`.

Helpers are forked, so that they see what the work refers to without a copy; only results are sent, as pickles, each
taken in here between two batches. Items go out in batches, one ticket each, from a pipe that this process and its
helpers draw from: nobody waits for a slow one. Small work is done here, since starting helpers would take longer; so is
all work of a process that has grown large, since a helper in the end has a copy of all that it looks at.
"""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any, NoReturn

from fgd_sync.adapters.shares import MOST_TICKETS, drawn, make_tickets
from fgd_sync.model.spread import Item, Result, in_turn
from fgd_sync.model.value import dataclass, field

_WORTH_A_HELPER = 100_000
"""The cost for which it pays to start a helper: some 50 ms of work."""

_MOST_MEMORY = 768 << 20
"""So many bytes of memory may a process have that starts helpers."""

_BATCH_COST = 50_000
_LENGTH_SIZE = 8
_PIPE_SIZE = 1 << 20

Send = Callable[[tuple[int, Any]], None]
"""Sends the number and the result of a batch."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Spreads work over at most `count` processes, this one included (0: one for each core that it may use).

    `most_memory`: so many bytes may this process have to start others.
    """

    count: int = 0
    batch_size: int = 50
    most_memory: int = _MOST_MEMORY

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], costs: Sequence[int], /
    ) -> Iterable[Result]:
        """The results of the work, in the order of the items. Raises what the work raises."""
        helpers = min(self._most(), sum(costs) // _WORTH_A_HELPER) - 1
        if helpers < 1:
            return in_turn(work, items, costs)
        batches = [list(items[start:end]) for start, end in _cuts(costs, self.batch_size)]
        done = _done(lambda number: [work(item) for item in batches[number]], len(batches), helpers)
        return chain.from_iterable(done)

    @contextmanager
    def beside(self, work: Callable[[], Result], cost: int, /) -> Iterator[Callable[[], Result]]:
        """Do work in a process of its own while the block runs, if that pays; else when its result is asked for."""
        with self.steps((work,), cost) as steps:
            steps.start()
            yield steps.result

    @contextmanager
    def steps(self, works: Sequence[Callable[[], Any]], cost: int, /) -> Iterator["_Steps"]:
        """The same with several works, each begun when it is started."""
        steps = _Steps(works)
        try:
            if cost >= _WORTH_A_HELPER and self._most() > 1:
                steps.fork()
            yield steps
        finally:
            steps.end()

    def _most(self) -> int:
        """How many processes may work."""
        return (self.count or _cores()) if _memory() <= self.most_memory else 1


def _memory() -> int:
    """How many bytes of memory this process has; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm") as told:  # noqa: PTH123 - a Path costs more than all the rest
            return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cuts(costs: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Where batches begin and end: a batch is full at a number of items or a cost."""
    most = max(most, 2 * len(costs) // MOST_TICKETS)
    enough = max(_BATCH_COST, 2 * sum(costs) // MOST_TICKETS)
    cuts: list[tuple[int, int]] = []
    start = total = 0
    for number, cost in enumerate(costs, 1):
        total += cost
        if number - start == most or total >= enough or number == len(costs):
            cuts.append((start, number))
            start, total = number, 0
    return cuts


def _done(work: Callable[[int], Any], count: int, helpers: int) -> Iterator[Any]:
    """The results of all batches, each given as soon as it is there; what is made of one is made beside the rest.

    The first one is done alone, so that what it loads is loaded for everybody. What helpers could not do, because they
    were killed or for a fault in the work, is done here.
    """
    yield work(0)
    tickets = make_tickets(1, count)
    results: dict[int, Any] = {}
    team: list[_Helper] = []
    try:
        _start(team, helpers, lambda send: _send_each(tickets, work, send))
        numbers = drawn(tickets)
        for number in range(1, count):
            while number not in results and _go_on(numbers, work, team, results):
                pass
            yield results.pop(number) if number in results else work(number)
    finally:
        os.close(tickets)
        for helper in team:
            helper.end()


def _go_on(numbers: Iterator[int], work: Callable[[int], Any], team: "list[_Helper]", results: dict[int, Any]) -> bool:
    """Do one more batch, or wait for helpers where none is left; False if nothing more is to be expected."""
    number = next(numbers, None)
    if number is None:
        return _collect(team, results, wait=True)
    results[number] = work(number)
    _collect(team, results, wait=False)
    return True


def _send_each(tickets: int, work: Callable[[int], Any], send: Send) -> None:
    """The work of a helper."""
    for number in drawn(tickets):
        send((number, work(number)))


@dataclass(slots=True)
class _Helper:
    """A forked process that does batches and sends the result of each: its length, then a pickle of it."""

    process: int
    pipe: int
    received: bytearray = field(default_factory=bytearray)
    is_done: bool = False

    def receive(self) -> dict[int, Any]:
        """Read what it has sent and give the results that are complete; what a killed one began to send is dropped."""
        import pickle

        data = os.read(self.pipe, _PIPE_SIZE)
        self.is_done = not data
        self.received += data
        results = {}
        while len(self.received) >= _LENGTH_SIZE:
            end = _LENGTH_SIZE + int.from_bytes(self.received[:_LENGTH_SIZE], "big")
            if len(self.received) < end:
                break
            number, result = pickle.loads(memoryview(self.received)[_LENGTH_SIZE:end])  # noqa: S301 - from our own process
            results[number] = result
            del self.received[:end]
        return results

    def end(self) -> None:
        """See to it that it is gone."""
        import signal

        os.close(self.pipe)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


class _Steps:
    """Works for a helper, which waits for a byte in a pipe before each; without one they are done here."""

    def __init__(self, works: Sequence[Callable[[], Any]]) -> None:
        self._works = works
        self._number = -1
        self._team: list[_Helper] = []
        self._results: dict[int, Any] = {}
        self._signal, self._starter = os.pipe()

    def fork(self) -> None:
        """Let a helper do the works, if the system has room for one."""
        _start(self._team, 1, self._help)

    def _help(self, send: Send) -> None:
        os.close(self._starter)  # If the other end is closed nobody is left to start anything.
        for number, work in enumerate(self._works):
            if not os.read(self._signal, 1):
                return
            send((number, work()))

    def start(self) -> None:
        """Let the next work begin."""
        self._number += 1
        os.write(self._starter, b"\0")

    def result(self) -> Any:
        """The result of the work that was started last; it is done here if the helper is gone."""
        number = self._number
        while number not in self._results and _collect(self._team, self._results, wait=True):
            pass
        return self._results.pop(number) if number in self._results else self._works[number]()

    def end(self) -> None:
        """See to it that nobody is at work any more."""
        os.close(self._signal)
        os.close(self._starter)
        for helper in self._team:
            helper.end()


def _collect(team: list[_Helper], results: dict[int, Any], *, wait: bool) -> bool:
    """Take in what helpers have sent; False if none of them will send any more."""
    import select

    working = {helper.pipe: helper for helper in team if not helper.is_done}
    ready, _, _ = select.select(working, (), (), None if wait and working else 0)
    for pipe in ready:
        results |= working[pipe].receive()
    return bool(working)


def _start(team: list[_Helper], count: int, work: Callable[[Send], None]) -> None:
    """Fork helpers into `team`; fewer where the system has no room for more."""
    for _ in range(count):
        ours, theirs = _pipe()
        with _unbroken():  # What breaks in between would leave a helper behind that nobody ends.
            try:
                process = _fork()
            except OSError:
                os.close(ours)
                os.close(theirs)
                return
            if not process:
                _help(theirs, work)
            team.append(_Helper(process, ours))
        os.close(theirs)


@contextmanager
def _unbroken() -> Iterator[None]:
    """Let signals wait until the end of a block."""
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _pipe() -> tuple[int, int]:
    """A pipe with room for the results of some batches, so that a helper need not wait until they are taken in."""
    import fcntl

    ends = os.pipe()
    with suppress(AttributeError, OSError):  # not every system can, or lets this user
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
    return ends


def _fork() -> int:
    import warnings

    with warnings.catch_warnings():
        # Other threads of ours wait in system calls, and the child takes no lock that they hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _help(pipe: int, work: Callable[[Send], None]) -> NoReturn:
    """The life of a helper; never returns. It says nothing and leaves what is open alone."""
    import pickle
    import signal

    def send(result: tuple[int, Any]) -> None:
        data = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
        sent.write(len(data).to_bytes(_LENGTH_SIZE, "big"))
        sent.write(data)
        sent.flush()

    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        gc.freeze()
        with os.fdopen(pipe, "wb") as sent:
            work(send)
        status = 0
    finally:
        os._exit(status)
