"""Which comment stands where: the comments in a document's text to a tree beside its value.

The rules. A comment on a line of its own goes above the entry that follows, unless it is indented deeper than that
entry: then below the deepest entry before it that begins at or left of its column. Before the first entry it is the
head of the document, after the last, at column 0, its foot. A comment at the end of a line belongs to the entry
that ends or begins there. Inside brackets columns mean nothing. The keys that a merge (`<<`) brings in keep their
comments where the anchor is; those of the merge itself go above the entry around it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from fgd_sync.model.pattern import pattern
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.layout import BREAKS, Entry, Layout

_COMMENT = pattern(f"#[^{BREAKS}]*")
_LINE_BREAK = pattern(f"\r\n|[{BREAKS}]")
_BLANKS = " \t\ufeff"


def place(layout: Layout) -> Comments | None:
    """The comments of a document as a tree; None if it has none."""
    return _Placer(layout).place()


class _Placer:
    """Goes through the comments in the order of the text; a block is what stands between two tokens."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._root = Comments()
        self._token_starts = [token[0] for token in layout.tokens]
        self._token = -1
        self._limit: Entry | None = None
        self._to_next = False
        self._block_end = 0
        self._above: dict[int, tuple[Comments, list[str]]] = {}
        self._below: dict[int, tuple[Comments, list[str]]] = {}

    def place(self) -> Comments | None:
        for start, end in _comments(self._layout):
            text = self._layout.text[start:end].rstrip(_BLANKS)
            column = self._indent(start)
            token = bisect_right(self._token_starts, start) - 1
            if column is None:
                self._end_of_line(token, text)
                continue
            if token != self._token:
                self._token, self._limit, self._to_next, self._block_end = token, None, False, 0
            self._own_line(start, column, text)
            self._block_end = end
        for node, lines in self._above.values():
            node.above = tuple(lines)
        for node, lines in self._below.values():
            node.below = tuple(lines)
        return self._root if any(self._root.texts()) else None

    def _indent(self, start: int) -> int | None:
        """The column of a comment that has its line for itself; None for one that has not."""
        text, at = self._layout.text, start
        while at and text[at - 1] in _BLANKS:
            at -= 1
        return start - at if not at or text[at - 1] in BREAKS else None

    def _end_of_line(self, token: int, text: str) -> None:
        if token < 0:
            _put(self._above, self._root, (text,))
            return
        node, is_lifted = self._node(self._layout.tokens[token][1])
        if is_lifted or node.after:
            _put(self._above, node, (text,))
        else:
            node.after = text

    def _own_line(self, start: int, column: int, text: str) -> None:
        lines: tuple[str, ...] = (text,)
        if self._block_end and len(_LINE_BREAK.findall(self._layout.text, self._block_end, start)) > 1:
            lines = ("", text)
        entry, is_above = self._destination(column)
        node, is_lifted = self._node(entry)
        _put(self._above if is_above or is_lifted else self._below, node, lines)

    def _destination(self, column: int) -> tuple[Entry, bool]:
        """The entry that a comment on its own line goes to, and whether above it."""
        layout, token = self._layout, self._token
        if token < 0:
            return layout.root, True
        before = layout.tokens[token][1]
        if token + 1 == len(layout.tokens):
            return self._entry_over(before, column, after_all=True), False
        _, after, closes = layout.tokens[token + 1]
        if closes:
            return _last_in(after, before), False
        if self._to_next or self._leads_to(before, after, column):
            self._to_next = True
            return after, True
        return self._entry_over(before, column, after_all=False), False

    def _leads_to(self, before: Entry, after: Entry, column: int) -> bool:
        """Whether a comment between two entries is about the second."""
        is_inside = after is before or after.parent is before
        return is_inside or after.in_flow or column <= after.column

    def _entry_over(self, before: Entry, column: int, *, after_all: bool) -> Entry:
        if after_all and column == 0:
            return self._layout.root
        chain = [entry for entry in (self._limit or before).chain() if not entry.in_flow and entry.parent]
        fitting = next((entry for entry in chain if entry.column <= column), None)
        self._limit = fitting or (chain[-1] if chain else self._layout.root)
        return self._limit

    def _node(self, entry: Entry) -> tuple[Comments, bool]:
        """The comments of an entry; those of a merge are those of the entry around it, and then it is lifted."""
        path = [*entry.chain()][-2::-1]
        is_lifted = False
        node = self._root
        for step in path:
            if step.vanishes:
                is_lifted = True
                break
            node = node.child(step.step)
        return node, is_lifted


def _put(blocks: dict[int, tuple[Comments, list[str]]], node: Comments, lines: tuple[str, ...]) -> None:
    blocks.setdefault(id(node), (node, []))[1].extend(lines)


def _last_in(container: Entry, before: Entry) -> Entry:
    """The last entry directly inside the brackets that close after `before`; the holder of the brackets if none."""
    for entry in before.chain():
        if entry.parent is container or entry is container:
            return entry
    return container


def _comments(layout: Layout) -> Iterator[tuple[int, int]]:
    """Start and end of every comment: each `#` that is in no scalar, to the end of its line."""
    text, spans = layout.text, layout.spans
    at = text.find("#")
    while at >= 0:
        number = bisect_left(spans, (at + 1,)) - 1
        if number >= 0 and at < spans[number][1]:
            end = spans[number][1]
        else:
            found = _COMMENT.match(text, at)
            assert found is not None
            end = found.end()
            yield at, end
        at = text.find("#", end)
