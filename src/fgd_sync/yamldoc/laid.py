"""Comments of a document laid into what is written of it: by the lines of the two, with no look at the values.

Takes the lines of a document without comments, those that are written of it, and the comments with the numbers of their
lines; gives what `emit` writes where these were given their places, by the rules of `placement`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from fgd_sync.model.location import Route
from fgd_sync.yamldoc.block_notes import BeyondError, Block, BlockNotes, Row
from fgd_sync.yamldoc.blocks import ROW, value_of

Shape = tuple[tuple[int, int], ...]
"""For each comment the number of its line, and its column where nothing else is on the line, else -1."""

_Text = tuple[bool, str]
"""Whether a comment stands apart from the one before it by an empty line, and what it says."""

_Chain = tuple[tuple[int, Route], ...]


class Entry(NamedTuple):
    """A line with an entry: its number, and the columns and routes of all entries that it is in, the innermost last."""

    line: int
    chain: _Chain
    begun: int
    """How many of them begin on this line."""

    @property
    def first(self) -> tuple[int, Route]:
        """The outermost of those that begin here."""
        return self.chain[len(self.chain) - self.begun]


class _Walk(BlockNotes):
    """Notes entries in the place of comments."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = [(0, ())]  # so that each entry is told
        self.chains: list[tuple[_Chain, int]] = []

    def entry(self, stack: Sequence[Block], line: Row) -> None:
        """Note the entry of a line."""
        _, dash, key, *_ = line
        route = tuple([block.step for block in stack])
        chain = tuple([(block.column, route[: depth + 1]) for depth, block in enumerate(stack)])
        self.chains.append((chain, dash.count("-") + (key != "") if dash else 1))


def entries_of(text: str) -> tuple[Entry, ...]:
    """The lines with an entry of a document in plain blocks without comments; nothing for any other text."""
    rows, walk = ROW.findall(text), _Walk()
    try:
        is_read = len(rows) == text.count("\n") and value_of(rows, walk, len(text)) is not None
    except BeyondError:
        return ()
    lines = [number for number, (_, _, key, _, item, _) in enumerate(rows) if key or item]
    return tuple(Entry(line, *found) for line, found in zip(lines, walk.chains, strict=True)) if is_read else ()


class Ground:
    """What is written of the documents with some lines, for comments to be laid into."""

    def __init__(self, source: Sequence[Entry], written: Sequence[Entry]) -> None:
        """The entries of both; the same, but for their order, and for some that only `written` has."""
        self.source = source
        self.numbers = [entry.line for entry in source]
        self.begins: dict[Route, tuple[int, int, bool]] = {}
        """Of each entry its first line, its column, and whether no other entry around it begins there."""
        self.ends: dict[Route, int] = {}
        for line, chain, begun in written:
            for depth, (column, route) in enumerate(chain):
                self.ends[route] = line
                self.begins.setdefault(route, (line, column, depth == len(chain) - begun))

    def laid(self, text: str, shape: Shape, comments: Sequence[str]) -> str:
        """What is written of a document with its comments; nothing where one of them has no line for itself there."""
        page = _Page(self, text.split("\n")[:-1])
        placed = _placed(self.numbers, shape, comments)
        return page.text() if all(page.gap(at, list(block)) for at, block in groupby(placed, itemgetter(0))) else ""


_Placed = tuple[int, int, int, str]
"""A comment: which entry follows (or is on its line), its line, its column or -1, what it says."""


def _placed(numbers: Sequence[int], shape: Shape, comments: Sequence[str]) -> Iterable[_Placed]:
    above = 0
    for (line, column), comment in zip(shape, comments, strict=True):
        yield bisect_left(numbers, line - above), line, column, comment
        above += column >= 0


class _Page:
    """Written lines, and the comments that are to stand between them."""

    def __init__(self, ground: Ground, lines: list[str]) -> None:
        self._ground = ground
        self._lines = lines
        self._between: list[tuple[int, int, int, _Text]] = []
        """Before which line, in which order there, at which column, and what."""

    def gap(self, at: int, block: Sequence[_Placed]) -> bool:
        """Put the comments between two entries, and that at the end of the second's line; False: it cannot be."""
        source = self._ground.source
        before, after = source[at - 1].chain if at else (), source[at] if at < len(source) else None
        is_above = not before or (after is not None and after.first[1][:-1] == before[-1][1])
        last = -1
        for _, line, column, comment in block:
            if column < 0:
                self._lines[self._ground.begins[source[at].chain[-1][1]][0]] += f" {comment}"
                continue
            text = last not in (-1, line - 1), comment
            is_above = is_above or (after is not None and column <= after.first[0])
            if not is_above:
                before = self._put_below(before, column, text, is_last=after is None)
            elif not self._put_above(after if before else None, text):
                return False
            last = line
        return True

    def _put_above(self, entry: Entry | None, text: _Text) -> bool:
        """Put a comment above an entry, or at the head."""
        line, column, is_first = self._ground.begins[entry.first[1]] if entry else (0, 0, True)
        self._between.append((line, 1 if entry else 0, column, text))
        return is_first

    def _put_below(self, chain: _Chain, column: int, text: _Text, *, is_last: bool) -> _Chain:
        """Put a comment below the entry that it belongs to, or at the foot; gives those that the next may belong to."""
        if is_last and not column:
            self._between.append((len(self._lines), 0, 0, text))
            return chain
        while len(chain) > 1 and chain[-1][0] > column:
            chain = chain[:-1]
        route = chain[-1][1]
        self._between.append((self._ground.ends[route] + 1, -len(route), self._ground.begins[route][1], text))
        return chain

    def text(self) -> str:
        """All of it. An empty line stands between two comments only; one is between the head and the first entry."""
        out: list[str] = []
        done, last = 0, 1
        for line, order, column, (is_apart, comment) in sorted(self._between, key=itemgetter(0, 1)):
            if out and line == done and (is_apart or (line == 0 and order > last)):
                out.append("")
            out += self._lines[done:line]
            out.append(" " * column + comment)
            done, last = line, order
        return "\n".join([*out, *self._lines[done:], ""])
