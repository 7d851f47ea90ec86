"""Work on many items that do not depend on each other, as a value that the world outside may spread over processes."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Steps(Protocol):
    """Works that are done beside others, one after the other. What one of them raises is raised with its result."""

    def start(self) -> None:
        """Let the next work begin; the one before has to be done."""

    def result(self) -> Any:
        """The result of the work that was started last; asked for once."""


class Spread(Protocol):
    """Does work in whatever order and process; none of it may change anything. Costs: as so many bytes of YAML."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], costs: Sequence[int], /
    ) -> Iterable[Result]:
        """Do the same work on every item; give the results in the order of the items."""

    def beside(self, work: Callable[[], Result], cost: int, /) -> AbstractContextManager[Callable[[], Result]]:
        """Do work beside what is done in a block, which may ask for the result once; what it raises is raised then."""

    def steps(self, works: Sequence[Callable[[], Any]], cost: int, /) -> AbstractContextManager[Steps]:
        """Do several works beside what is done in a block, all in one process, which keeps what one of them learnt."""


class _Here:
    """Works that are done when their results are asked for."""

    def __init__(self, works: Sequence[Callable[[], Any]]) -> None:
        self._works = iter(works)

    def start(self) -> None:
        """Nothing begins."""

    def result(self) -> Any:
        """Do the next work."""
        return next(self._works)()


class _InTurn:
    """One thing after the other, each when its result is asked for."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], _costs: Sequence[int], /
    ) -> Iterable[Result]:
        return map(work, items)

    def beside(self, work: Callable[[], Result], _cost: int, /) -> AbstractContextManager[Callable[[], Result]]:
        return nullcontext(work)

    def steps(self, works: Sequence[Callable[[], Any]], _cost: int, /) -> AbstractContextManager[Steps]:
        return nullcontext(_Here(works))


in_turn = _InTurn()
"""Spreads nothing."""
