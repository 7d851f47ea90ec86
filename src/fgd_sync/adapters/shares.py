"""Many like things to do, shared by this process and one that is forked from it.

They go out in parts, each a range of their numbers, from a pipe that both draw from. Each process knows which parts it
has done; what a process that was killed drew and did not finish is given out again.
"""

import os
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Self

_SIZE = 50
MOST_TICKETS = 1000
"""So many tickets fit into one page, the smallest pipe that there is."""

_TICKET_SIZE = 4


def make_tickets(first: int, end: int) -> int:
    """A pipe with a ticket for each number; it ends after the last. There is room for 1000."""
    drawn_from, box = os.pipe()
    with os.fdopen(box, "wb") as filled:
        filled.write(b"".join(number.to_bytes(_TICKET_SIZE, "big") for number in range(first, end)))
    return drawn_from


def drawn(drawn_from: int) -> Iterator[int]:
    """The numbers of tickets, until none is left."""
    while ticket := os.read(drawn_from, _TICKET_SIZE):
        yield int.from_bytes(ticket, "big")


class Shares:
    """The numbers below `count` in parts; a context manager. `done`: the parts that this process has done."""

    def __init__(self, count: int) -> None:
        size = max(_SIZE, -(-count // MOST_TICKETS))
        self._parts = [range(start, min(start + size, count)) for start in range(0, count, size)]
        self._tickets = make_tickets(0, len(self._parts))
        self.done: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._tickets)

    def __iter__(self) -> Iterator[int]:
        """The numbers that fall to this process."""
        for part in drawn(self._tickets):
            yield from self._parts[part]
            self.done.add(part)

    def left(self, others: Collection[int]) -> Iterator[int]:
        """The numbers in parts that are not done, neither here nor by the other process, which did `others`."""
        for number, part in enumerate(self._parts):
            if number not in self.done and number not in others:
                yield from part
