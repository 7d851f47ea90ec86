"""Routes to characters of a text in plain blocks, without a YAML parser: the twin of `lookup` for what `blocks` reads.

The entries of such a text stand in the order of its lines, one or (an item that is a mapping) two on each: going
through the value and the lines side by side tells where every entry is.
"""

import re
from collections.abc import Iterator
from typing import Any

from fgd_sync.model.location import Route
from fgd_sync.yamldoc.blocks import MARKER, ROW, body_of, read_blocks
from fgd_sync.yamldoc.limits import Limits

_DASH, _KEY, _VALUE, _ITEM = 2, 3, 4, 5


class _Place:
    """Where the key of an entry (of an item: its value) and its value begin, and the entries in it."""

    __slots__ = ("inner", "key", "value")

    def __init__(self, key: int, value: int) -> None:
        self.key = key
        self.value = value
        self.inner: dict[str | int, _Place] = {}


class BlockLookup:
    """The entries of one document in plain blocks."""

    def __init__(self, value: Any, text: str) -> None:
        marker = MARKER.match(text)
        shift = len(text) - len(MARKER.sub(r"\1\n", text)) if marker else 0
        rows = (row for row in ROW.finditer(body_of(text)) if row[_KEY] or row[_ITEM])
        self._root = _Place(0, 0)
        _Reader(rows, shift).collection(value, self._root)
        self._root.key = self._root.value

    def find(self, route: Route) -> tuple[int, int]:
        """The characters where the key and the value of the deepest existing entry of a route begin."""
        place = self._root
        for step in route:
            inner = place.inner.get(step)
            if inner is None:
                break
            place = inner
        return place.key, place.value


def block_lookup(text: str) -> BlockLookup | None:
    """The entries of a document; None for one that is not in plain blocks."""
    found = read_blocks(text, Limits(max_document_bytes=len(text)))
    return BlockLookup(found[0], text) if found else None


class _Reader:
    """Goes through the lines that hold entries; `row` is the first one that has not been used up."""

    def __init__(self, rows: Iterator[re.Match[str]], shift: int) -> None:
        self._rows = rows
        self._shift = shift
        self._dashes = 0
        """So many dashes of the line have been used up."""
        self.row: re.Match[str] | None = next(rows, None)

    def collection(self, value: Any, place: _Place) -> None:
        """Note where the entries of a mapping or list are, and where it begins itself."""
        if isinstance(value, list):
            place.value = self._dash()
            for number, item in enumerate(value):
                place.inner[number] = self._item(item)
        else:
            place.value = self._start(_KEY)
            for key, item in value.items():
                place.inner[key] = self._entry(item)

    def _item(self, item: Any) -> _Place:
        place = _Place(0, 0)
        self._dashes += 1
        if self._has(_ITEM) and self._dashes == self._part(_DASH).count("-"):
            place.value = self._start(_ITEM)
            self._next()
        else:
            self.collection(item, place)
        place.key = place.value
        return place

    def _entry(self, item: Any) -> _Place:
        place = _Place(self._start(_KEY), self._end(_KEY) + 1)
        is_inline = self._has(_VALUE)
        if is_inline:
            place.value = self._start(_VALUE)
        self._next()
        if not is_inline and item is not None:
            self.collection(item, place)
        return place

    def _dash(self) -> int:
        """Where the dash of the next item begins."""
        at = -1
        for _ in range(self._dashes + 1):
            at = self._part(_DASH).index("-", at + 1)
        return self._start(_DASH) + at

    def _part(self, part: int) -> str:
        assert self.row is not None
        return self.row[part]

    def _has(self, part: int) -> bool:
        return self.row is not None and self.row[part] is not None

    def _start(self, part: int) -> int:
        assert self.row is not None
        return self.row.start(part) + self._shift

    def _end(self, part: int) -> int:
        assert self.row is not None
        return self.row.end(part) + self._shift

    def _next(self) -> None:
        self.row = next(self._rows, None)
        self._dashes = 0
