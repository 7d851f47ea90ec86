"""Lines that many documents have in common: tells a document that has them, and takes out of it what differs.

Takes one of these documents, in plain blocks; knows nothing of what its lines mean but the values of usual sorts.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from fgd_sync.yamldoc.as_written import are_texts, sort_of
from fgd_sync.yamldoc.blocks import ROW

USUAL = 20
"""Of so many documents it pays to compile what tells them: a millisecond."""

Cells = tuple[str, ...]

_VALUE, _ITEM, _COMMENT = 4, 5, 6
_REMARK = r"(\#.*+)"
_CELLS = {
    (False, False): ("", ""),
    (True, False): ("(.++)", "%s"),
    (False, True): (_REMARK, "#%s"),
    (True, True): (rf"([^\#\n]*[^\#\ \n])\ ++{_REMARK}", "%s #%s"),
}
"""What tells a value, a comment or both at the end of a line, and stands for them in a layout."""


class _Line(NamedTuple):
    """A line: what it begins with, its value, and whether it has one, and a comment."""

    lead: str
    value: str
    has: tuple[bool, bool]

    def pattern(self, value: str = "") -> str:
        """What tells such a line; `value` tells its value, where not any will do."""
        gap = rf"\ ++{_REMARK}" if self.has[1] else ""
        return f"{re.escape(self.lead)}{f'({value}){gap}' if value else _CELLS[self.has][0]}\n"


class Taken(NamedTuple):
    """The values of a document as they are written and as they are read, and its comments."""

    cells: Cells
    values: tuple[Any, ...]
    comments: Cells


class Mould:
    """What is the same in all documents of some lines; the gap between a value and a comment may be of any width."""

    __slots__ = (
        "_around",
        "_groups",
        "_met",
        "_pattern",
        "_reads",
        "_texts",
        "_usual",
        "_values",
        "layout",
        "order",
        "sample",
    )

    def __init__(self, sample: str) -> None:
        """`sample` are the lines of one of the documents, each with its end."""
        self.sample = sample
        self._met = 0
        self._pattern: re.Pattern[str] | None = None
        self._usual: re.Pattern[str] | None = None
        self._reads: list[tuple[int, Callable[[str], Any]]] = []
        self._texts: list[int] = []
        self._groups: list[int] = []
        self._values = self._around = 0
        self.layout = ""
        """The lines with `%s` in the place of each value, and `#%s` of each comment, once they are usual."""
        self.order: tuple[int, ...] = ()
        """Which of the values, and then of the comments, stands in each of these places."""

    def is_usual(self) -> bool:
        """Note that a document of these lines was met; whether enough were, so that `taken` tells them."""
        if self._pattern is None:
            self._met += 1
            if self._met < USUAL:
                return False
            self._learn()
        return True

    def _learn(self) -> None:
        lines = list(_lines_of(self.sample))
        sorts = [is_comment for line in lines for is_comment in (False, True) if line.has[is_comment]]
        places = sorted(range(len(sorts)), key=sorts.__getitem__)  # first those of values, then those of comments
        self._groups, self._values = [1 + at for at in places], sorts.count(False)
        self.order = tuple(sorted(range(len(sorts)), key=places.__getitem__))
        self.layout = "".join([f"{line.lead.replace('%', '%%')}{_CELLS[line.has][1]}\n" for line in lines])
        self._around = len(self.layout % (("",) * len(sorts))) - sorts.count(True) - len(sorts)
        self._pattern = re.compile("".join([line.pattern() for line in lines]))
        self._learn_sorts(lines)

    def _learn_sorts(self, lines: list[_Line]) -> None:
        """Learn what tells documents whose values are of the sorts of those of the sample."""
        sorts = [sort_of(line.value) for line in lines]
        values = [sort for sort, line in zip(sorts, lines, strict=True) if line.value]
        self._reads = [(at, sort.read) for at, sort in enumerate(values) if sort]
        self._texts = [at for at, sort in enumerate(values) if not sort]
        if are_texts([line.value for sort, line in zip(sorts, lines, strict=True) if line.value and not sort]):
            told = [line.pattern(sort.pattern if sort else "") for sort, line in zip(sorts, lines, strict=True)]
            self._usual = re.compile("".join(told)) if self._reads else self._pattern

    def taken(self, text: str) -> tuple[Cells, Cells] | None:
        """The values and the comments of a text that has these lines; None for any other. Only for usual ones."""
        return self._cells(self._pattern.fullmatch(text)) if self._pattern else None

    def taken_as_written(self, text: str) -> Taken | None:
        """The same, and what the values are read as, of a text whose values are written as they would be again."""
        found = self._cells(self._usual.fullmatch(text)) if self._usual else None
        if found is None:
            return None
        cells, comments = found
        if not self._reads:
            return Taken(cells, cells, comments) if are_texts(cells) else None
        values: list[Any] = list(cells)
        if not are_texts([values[at] for at in self._texts]):
            return None
        for at, read in self._reads:
            values[at] = read(cells[at])
        return Taken(cells, tuple(values), comments)

    def _cells(self, found: re.Match[str] | None) -> tuple[Cells, Cells] | None:
        if found is None:
            return None
        if self._values == len(self._groups):
            return found.groups(), ()
        cells = found.group(*self._groups, 0)
        return cells[: self._values], cells[self._values : -1]

    def is_all(self, text: str, cells: str) -> bool:
        """Whether a text is its cells, here each with a line end, and around them no more than there must be."""
        return len(text) - len(cells) == self._around


def _lines_of(text: str) -> Iterator[_Line]:
    """The lines of a document."""
    for row in ROW.finditer(text):
        value = max(row.start(_VALUE), row.start(_ITEM))
        cells = [at for at in (value, row.start(_COMMENT)) if at >= 0]
        lead = text[row.start() : min(cells, default=row.end() - 1)]
        yield _Line(lead, row[_VALUE] or row[_ITEM] or "", (value >= 0, row.start(_COMMENT) >= 0))
