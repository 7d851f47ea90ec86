"""Lines that many documents have in common: tells a document that has them, and takes out of it what differs.

Takes one of these documents, in plain blocks; knows nothing of what its lines mean.
"""

import re
from collections.abc import Iterator, Sequence

from fgd_sync.yamldoc.blocks import ROW

USUAL = 20
"""Of so many documents it pays to compile what tells them: a millisecond."""

Cells = Sequence[str]

_VALUE, _ITEM, _COMMENT = 4, 5, 6
_COMMENTS = r"(\#[ -~]*+)"
_CELLS = {
    (False, False): ("", ""),
    (True, False): ("(.++)", "%s"),
    (False, True): (_COMMENTS, "#%s"),
    (True, True): (rf"([^\#\n]*[^\#\ \n])\ ++{_COMMENTS}", "%s #%s"),
}
"""What tells a value, a comment or both at the end of a line, and stands for them in a layout."""


class Mould:
    """What is the same in all documents of some lines; the gap between a value and a comment may be of any width."""

    __slots__ = ("_around", "_comments", "_met", "_pattern", "_sample", "_values", "layout", "order")

    def __init__(self, sample: str) -> None:
        """`sample` are the lines of one of the documents, each with its end."""
        self._sample = sample
        self._met = 0
        self._pattern: re.Pattern[str] | None = None
        self._values: list[int] = []
        self._comments: list[int] = []
        self._around = 0
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
        lines = list(_lines_of(self._sample))
        sorts = [is_comment for _, has in lines for is_comment in (False, True) if has[is_comment]]
        self._values, self._comments = ([at for at, item in enumerate(sorts) if item is sort] for sort in (False, True))
        numbers = {at: number for number, at in enumerate((*self._values, *self._comments))}
        self.order = tuple([numbers[at] for at in range(len(numbers))])
        self.layout = "".join([f"{lead.replace('%', '%%')}{_CELLS[has][1]}\n" for lead, has in lines])
        self._around = len(self.layout % (("",) * len(numbers))) - len(self._comments) - len(numbers)
        self._pattern = re.compile("".join([f"{re.escape(lead)}{_CELLS[has][0]}\n" for lead, has in lines]))

    def taken(self, text: str) -> tuple[Cells, Cells] | None:
        """The values and the comments of a text that has these lines; None for any other. Only for usual ones."""
        found = self._pattern.fullmatch(text) if self._pattern else None
        if found is None:
            return None
        cells = found.groups()
        if not self._comments:
            return cells, ()
        return [cells[at] for at in self._values], [cells[at].rstrip(" ") for at in self._comments]

    def is_all(self, text: str, cells: str) -> bool:
        """Whether a text is its cells, here each with a line end, and around them no more than there must be."""
        return len(text) - len(cells) == self._around


def _lines_of(text: str) -> Iterator[tuple[str, tuple[bool, bool]]]:
    """What each line of a document begins with, and whether a value and a comment follow."""
    for row in ROW.finditer(text):
        value = max(row.start(_VALUE), row.start(_ITEM))
        cells = [at for at in (value, row.start(_COMMENT)) if at >= 0]
        yield text[row.start() : min(cells, default=row.end() - 1)], (value >= 0, row.start(_COMMENT) >= 0)
