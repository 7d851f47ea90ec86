"""A document in plain blocks under construction: its open blocks, and the comments that were met so far.

Takes lines as `blocks` reads them; gives each comment the place beside the value that `placement` gives it.
"""

from collections.abc import Sequence
from typing import Any

from fgd_sync.yamldoc.comments import Comments

Row = tuple[str, str, str, str, str, str]
"""One line: indentation, the dashes of items, a key, the value of the key or of the item, a comment."""


class BeyondError(Exception):
    """The text has something that is not read here."""


class Block:
    """A mapping or list under construction; `key` is the key whose value has not come (None: there is none)."""

    __slots__ = ("column", "is_list", "items", "key")

    def __init__(self, items: Any, column: int) -> None:
        self.items = items
        self.column = column
        self.is_list = type(items) is list
        self.key: str | None = None

    @property
    def step(self) -> str | int:
        """The key or index of the last entry."""
        return len(self.items) - 1 if self.is_list else next(reversed(self.items))


class BlockNotes:
    """The comments met so far. Those on lines of their own wait for the entry that follows."""

    def __init__(self) -> None:
        self.root = Comments()
        self.waiting: list[tuple[int, tuple[str, ...]]] = []
        """The columns of the comments and their lines, an empty line between two of them included."""
        self._before: list[tuple[int, str | int]] = []
        """The column and step of the entry before those that wait, last, and of all that it is in."""
        self._last_row = 0

    def own_line(self, row: int, column: int, text: str, stack: Sequence[Block]) -> None:
        """Keep the comment of a line without an entry; an empty text is none."""
        if not text:
            return
        if not self.waiting:
            self._before = [(block.column, block.step) for block in stack]
        line = text.rstrip(" ")
        self.waiting.append((column, ("", line) if self.waiting and row > self._last_row + 1 else (line,)))
        self._last_row = row

    def entry(self, stack: Sequence[Block], line: Row) -> None:
        """Give an entry, the last one of the open blocks, the comments above it and at the end of its line."""
        indent, dash, key, _, _, comment = line
        steps = [block.step for block in stack]
        if self.waiting:
            begun = dash.count("-") + (key != "") if dash else 1
            self._before_entry(steps[: len(steps) - begun + 1], len(indent))
        if comment:
            self._node(steps).after = comment.rstrip(" ")

    def _before_entry(self, steps: Sequence[str | int], column: int) -> None:
        """Give those that wait to the entry with these steps, or where they are indented deeper, to those before it."""
        is_above = not self._before or steps[:-1] == [step for _, step in self._before]
        above: list[str] = []
        depth = len(self._before)
        for at, lines in self.waiting:
            is_above = is_above or at <= column
            if is_above:
                above += lines
            else:
                depth = self._below(depth, at, lines)
        if above:
            node = self._node(steps) if self._before else self.root
            node.above = tuple(above)
        self.waiting.clear()

    def _below(self, depth: int, column: int, lines: tuple[str, ...]) -> int:
        """Put lines below the deepest of so many entries around the last one that begins at or left of a column."""
        while depth > 1 and self._before[depth - 1][0] > column:
            depth -= 1
        node = self._node([step for _, step in self._before[:depth]])
        node.below = (*node.below, *lines)
        return depth

    def _node(self, steps: Sequence[str | int]) -> Comments:
        node = self.root
        for step in steps:
            node = node.child(step)
        return node

    def foot(self) -> None:
        """End the document."""
        depth = len(self._before)
        for at, lines in self.waiting:
            if at and depth:
                depth = self._below(depth, at, lines)
            else:
                self.root.below = (*self.root.below, *lines)
