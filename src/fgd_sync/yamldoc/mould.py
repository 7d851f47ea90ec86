"""Lines that many documents have in common: tells a document that has them, and takes out of it what differs.

Takes one of these documents, in plain blocks; knows nothing of what its lines mean.
"""

import re
from collections.abc import Iterator

from fgd_sync.yamldoc.blocks import ROW

USUAL = 20
"""Of so many documents it pays to compile what tells them: a millisecond."""

Cells = tuple[str, ...]

_VALUE, _ITEM, _COMMENT = 4, 5, 6
_CELLS = {
    (False, False): ("", ""),
    (True, False): ("(.++)", "%s"),
    (False, True): (r"(\#.*+)", "#%s"),
    (True, True): (r"([^\#\n]*[^\#\ \n])\ ++(\#.*+)", "%s #%s"),
}
"""What tells a value, a comment or both at the end of a line, and stands for them in a layout."""


class Mould:
    """What is the same in all documents of some lines; the gap between a value and a comment may be of any width."""

    __slots__ = ("_around", "_groups", "_met", "_pattern", "_values", "layout", "order", "sample")

    def __init__(self, sample: str) -> None:
        """`sample` are the lines of one of the documents, each with its end."""
        self.sample = sample
        self._met = 0
        self._pattern: re.Pattern[str] | None = None
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
        sorts = [is_comment for _, has in lines for is_comment in (False, True) if has[is_comment]]
        places = sorted(range(len(sorts)), key=sorts.__getitem__)  # first those of values, then those of comments
        self._groups, self._values = [1 + at for at in places], sorts.count(False)
        self.order = tuple(sorted(range(len(sorts)), key=places.__getitem__))
        self.layout = "".join([f"{lead.replace('%', '%%')}{_CELLS[has][1]}\n" for lead, has in lines])
        self._around = len(self.layout % (("",) * len(sorts))) - sorts.count(True) - len(sorts)
        self._pattern = re.compile("".join([f"{re.escape(lead)}{_CELLS[has][0]}\n" for lead, has in lines]))

    def taken(self, text: str) -> tuple[Cells, Cells] | None:
        """The values and the comments of a text that has these lines; None for any other. Only for usual ones."""
        found = self._pattern.fullmatch(text) if self._pattern else None
        if found is None:
            return None
        if self._values == len(self._groups):
            return found.groups(), ()
        cells = found.group(*self._groups, 0)
        return cells[: self._values], cells[self._values : -1]

    def is_all(self, text: str, cells: str) -> bool:
        """Whether a text is its cells, here each with a line end, and around them no more than there must be."""
        return len(text) - len(cells) == self._around


def _lines_of(text: str) -> Iterator[tuple[str, tuple[bool, bool]]]:
    """What each line of a document begins with, and whether a value and a comment follow."""
    for row in ROW.finditer(text):
        value = max(row.start(_VALUE), row.start(_ITEM))
        cells = [at for at in (value, row.start(_COMMENT)) if at >= 0]
        yield text[row.start() : min(cells, default=row.end() - 1)], (value >= 0, row.start(_COMMENT) >= 0)
