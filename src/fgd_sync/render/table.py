"""Tables for people: rows of texts in, aligned lines out. No text can act on a terminal."""

from collections.abc import Iterator, Sequence

from fgd_sync.render.escape import visible
from fgd_sync.render.style import Paint

_GAP = "  "


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], paint: Paint, *, right: frozenset[int]) -> Iterator[str]:
    """The lines of a table; `right` are the numbers of the columns with numbers in them."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *shown, strict=True)]
    yield paint(_line(heads, widths, right), "dim")
    yield from (_line(row, widths, right) for row in shown)


def _line(cells: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    padded = (
        cell.rjust(width) if number in right else cell.ljust(width)
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return _GAP.join(padded).rstrip()
