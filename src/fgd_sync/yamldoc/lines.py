"""Character offsets in a text to lines and columns, as editors count them: LF, CRLF and CR end a line."""

from bisect import bisect_right

from fgd_sync.model.location import Position
from fgd_sync.model.pattern import pattern

_LINE_END = pattern(r"\r\n?|\n")


class LineMap:
    """Where the lines of a text begin. `first` is the number of its first line in the file."""

    def __init__(self, text: str, first: int = 1) -> None:
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        self._first = first

    def position(self, index: int) -> Position:
        """The position of the character at `index`."""
        row = bisect_right(self._starts, index) - 1
        return Position(self._first + row, index - self._starts[row] + 1)


def position_at(text: str, index: int, first: int = 1) -> Position:
    """The position of one character, when a whole map is not worth it."""
    return LineMap(text[:index], first).position(index)


def count_lines(text: str) -> int:
    """How many line ends a text holds."""
    return text.count("\n") if "\r" not in text else len(_LINE_END.findall(text))
