"""A document in plain blocks under construction: its open blocks, and the comments that were met so far.

Takes lines as `blocks` reads them; gives each comment its place beside the value, or says that it is not told here.
"""

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
        self.waiting: list[str] = []
        self._deepest = 0
        self._last_row = 0
        self._is_head = False

    def own_line(self, row: int, column: int, text: str, *, is_head: bool) -> None:
        """Keep the comment of a line without an entry; an empty text is none. `is_head`: no entry came before."""
        if not text:
            return
        if self.waiting and row > self._last_row + 1:
            self.waiting.append("")
        self.waiting.append(text.rstrip(" "))
        self._deepest = max(self._deepest, column)
        self._last_row = row
        self._is_head = is_head

    def entry(self, stack: list[Block], line: Row) -> None:
        """Give an entry, the last one of the open blocks, the comments above it and at the end of its line."""
        indent, dash, key, _, _, comment = line
        steps = [block.step for block in stack]
        if self.waiting:
            begun = dash.count("-") + (key != "") if dash else 1
            self._above(steps[: len(steps) - begun + 1], len(indent))
        if comment:
            self._node(steps).after = comment.rstrip(" ")

    def _above(self, steps: list[str | int], column: int) -> None:
        if self._deepest > column and not self._is_head:
            raise BeyondError
        node = self.root if self._is_head else self._node(steps)
        node.above = tuple(self.waiting)
        self.waiting.clear()
        self._deepest = 0

    def _node(self, steps: list[str | int]) -> Comments:
        node = self.root
        for step in steps:
            node = node.child(step)
        return node

    def foot(self) -> None:
        """End the document."""
        if self._deepest:
            raise BeyondError
        self.root.below = tuple(self.waiting)
