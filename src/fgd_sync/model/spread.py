"""Work on many items that do not depend on each other, as a value that the world outside may spread over processes."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Spread(Protocol):
    """Does the same work on every item, in whatever order and process; gives the results in the order of the items."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], costs: Sequence[int], /
    ) -> Iterable[Result]:
        """`work` must not change anything. `costs`: the work on each item, as much as reading so many bytes of YAML."""


def in_turn(work: Callable[[Item], Result], items: Sequence[Item], _costs: Sequence[int]) -> Iterable[Result]:
    """One item after the other, each when its result is asked for."""
    return map(work, items)
