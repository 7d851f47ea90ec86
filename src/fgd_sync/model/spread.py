"""Work on many items that do not depend on each other, as a value that the world outside may spread over processes."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Spread(Protocol):
    """Does work in whatever order and process; none of it may change anything. Costs: as so many bytes of YAML."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], costs: Sequence[int], /
    ) -> Iterable[Result]:
        """Do the same work on every item; give the results in the order of the items."""

    def beside(self, work: Callable[[], Result], cost: int, /) -> AbstractContextManager[Callable[[], Result]]:
        """Do work beside what is done in a block, which may ask for the result once; what it raises is raised then."""


class _InTurn:
    """One thing after the other, each when its result is asked for."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], _costs: Sequence[int], /
    ) -> Iterable[Result]:
        return map(work, items)

    def beside(self, work: Callable[[], Result], _cost: int, /) -> AbstractContextManager[Callable[[], Result]]:
        return nullcontext(work)


in_turn = _InTurn()
"""Spreads nothing."""
