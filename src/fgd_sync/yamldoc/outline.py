"""What documents of the same lines have in common when only their values differ: learnt once, then filled in.

A fabric is thousands of documents of a few outlines. Takes the structure of one of them, with numbered cells in the
place of its values; makes the documents that have other values there.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from fgd_sync.yamldoc.mould import USUAL, Mould

_MOST_CELLS = 200
_DEEPEST = 50
"""So deep a document may be for a function that makes it; what compiles it has its limits."""

Found = TypeVar("Found")
MARK = re.compile(r"\bcell-([0-9]+)\b")
"""What `mark` gives, in a text."""


class Outline:
    """A mapping or list of any depth with numbered places for values that are no mapping or list with entries."""

    __slots__ = ("_blank", "_copies", "_entries", "_known", "_made", "_make", "cells", "depth", "mould")

    def __init__(self, structure: Any, cells: int, mould: Mould) -> None:
        """`structure` has `mark(number)` in each of its `cells`, each of them once; `mould` are its lines."""
        self.cells = cells
        self.depth = 0
        self.mould = mould
        self._copies: list[Callable[[], Any]] = []
        self._entries: list[tuple[int, Any, int]] = []
        self._make: Callable[[Sequence[Any]], Any] | None = None
        self._made = 0
        self._take(structure, {mark(number): number for number in range(cells)}, 1)
        self._blank = self.filled([""] * cells)
        self._known: dict[tuple[Any, ...], Any] = {}

    def _take(self, value: Any, numbers: dict[str, int], depth: int) -> int:
        """Note a collection and what is in it; gives its place among the nodes: first the cells, a None, then these."""
        self.depth = max(self.depth, depth)
        place = self.cells + 1 + len(self._copies)
        steps = list(value) if isinstance(value, dict) else range(len(value))
        self._copies.append(dict if isinstance(value, dict) else ([None] * len(value)).copy)
        for step in steps:
            item = value[step]
            if isinstance(item, dict | list):
                at = len(self._entries)
                self._entries.append((place, step, 0))
                self._entries[at] = (place, step, self._take(item, numbers, depth + 1))
            else:
                self._entries.append((place, step, self.cells if item is None else numbers[item]))
        return place

    def once(self, find: Callable[..., Found], *arguments: Any) -> Found:
        """What `find` finds in a document of this outline, where that does not depend on what is in its cells."""
        key = (find, *arguments)
        try:
            found: Found = self._known[key]
        except KeyError:
            found = self._known[key] = find(self._blank, *arguments)
        return found

    def filled(self, values: Sequence[Any]) -> Any:
        """The document with these values in its cells."""
        if self._make is not None:
            return self._make(values)
        self._made += 1
        if self._made == USUAL and self.depth <= _DEEPEST:
            self._make = self._maker()
        return self._filled(values)

    def _filled(self, values: Sequence[Any]) -> Any:
        nodes: list[Any] = [*values, None]
        nodes += [copy() for copy in self._copies]
        for place, step, source in self._entries:
            nodes[place][step] = nodes[source]
        return nodes[self.cells + 1]

    def _maker(self) -> Callable[[Sequence[Any]], Any]:
        """`filled` as a function that is compiled: in its text there are numbers in the place of keys."""
        texts = [*(f"v[{number}]" for number in range(self.cells)), "None", *([""] * len(self._copies))]
        names: dict[str, str] = {}
        for place in reversed(range(self.cells + 1, len(texts))):  # what is in a collection comes after it
            inner = [(step, texts[source]) for holder, step, source in self._entries if holder == place]
            if self._copies[place - self.cells - 1] is dict:
                pairs = [f"{names.setdefault(step, f'k{len(names)}')}: {text}" for step, text in inner]
                texts[place] = f"{{{', '.join(pairs)}}}"
            else:
                texts[place] = f"[{', '.join([text for _, text in inner])}]"
        keys = {name: key for key, name in names.items()}
        made: Callable[[Sequence[Any]], Any] = eval(f"lambda v: {texts[self.cells + 1]}", keys)  # noqa: S307 - of our own text
        return made


class Filled(NamedTuple):
    """An outline, and the values in its cells.

    `cells`: how the values are written, and the comments, each on a line, where nothing stands around them but the
    lines. `text`: the whole document, where besides each value certainly stands there as it would be written again.
    """

    outline: Outline
    values: tuple[Any, ...]
    cells: str = ""
    text: str = ""


def mark(number: int) -> str:
    """What stands in a cell while an outline is learnt: a plain string."""
    return f"cell-{number}"


def is_worth_it(cells: int) -> bool:
    """Whether an outline with so many cells is worth being kept."""
    return 0 < cells <= _MOST_CELLS


def make_room(known: dict[Any, Any], most: int) -> None:
    """Forget of a full table what was met only once; if that is less than half of it, everything."""
    if len(known) < most:
        return
    learnt = [(key, item) for key, item in known.items() if item is not None]
    known.clear()
    if len(learnt) <= most // 2:
        known.update(learnt)
