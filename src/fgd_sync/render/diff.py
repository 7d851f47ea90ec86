"""Unified diffs of a plan's changes: takes changes, gives lines of text, bounded in size and in time.

Comparing is done only on what lies between the common beginning and end of the two texts, and only up to a size at
which the worst case stays well under a second; beyond that a sentence says how much changed.
"""

from collections.abc import Callable, Iterable, Iterator
from difflib import unified_diff
from itertools import islice

from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.secrets import blotted
from fgd_sync.model.value import dataclass
from fgd_sync.render.escape import visible

_COMPARABLE = 600
"""Lines on either side that are still compared."""

_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lines shown for one file and for all."""

    per_file: int = 400
    total: int = 5000


_USUAL = Bounds()
Name = Callable[[str], str]
"""Gives the name under which a path of the fabric is shown."""


def diffs(changes: Iterable[Change], name: Name = str, bounds: Bounds = _USUAL) -> Iterator[str]:
    """The lines of the diffs of all changes, every line safe to show; a move is one line."""
    left, hidden = bounds.total, 0
    for change in changes:
        if left <= 0:
            hidden += 1
            continue
        lines = list(diff(change, name, bounds.per_file))
        left -= len(lines)
        yield from lines
    if hidden:
        yield f"(the diffs of {hidden} more changes are left out)"


def diff(change: Change, name: Name = str, limit: int = 400) -> Iterator[str]:
    """The lines of the diff of one change, at most about `limit`."""
    match change:
        case Move(source=source, target=target):
            yield f"rename {visible(name(source))} => {visible(name(target))}"
        case Write(path=path, data=data, before=before):
            yield f"--- {'/dev/null' if before is None else visible(name(path))}"
            yield f"+++ {visible(name(path))}"
            yield from _bounded(_lines(before or b""), _lines(data), limit)
        case Delete(path=path, before=before):
            yield f"--- {visible(name(path))}"
            yield "+++ /dev/null"
            yield from _bounded(_lines(before), [], limit)


def _lines(data: bytes) -> list[str]:
    """The lines, visible and without secrets; a missing line feed at the end is a line of its own, as git shows it."""
    if not data:
        return []
    lines = [visible(line) for line in blotted(data).decode("utf-8", "surrogateescape").split("\n")]
    if lines[-1] == "":
        return lines[:-1]
    return [*lines, "\\ no line feed at the end of the file"]


def _bounded(before: list[str], after: list[str], limit: int) -> Iterator[str]:
    produced = _hunks(before, after)
    yield from islice(produced, limit)
    rest = sum(1 for _ in produced)
    if rest:
        yield f"({rest} more lines)"


def _hunks(before: list[str], after: list[str]) -> Iterator[str]:
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    start = max(0, head - _CONTEXT)
    old = before[start : len(before) - max(0, tail - _CONTEXT)]
    new = after[start : len(after) - max(0, tail - _CONTEXT)]
    if min(len(old), len(new)) > _COMPARABLE:
        yield f"({len(old)} lines are replaced by {len(new)})"
        return
    for line in islice(unified_diff(old, new, n=_CONTEXT, lineterm=""), 2, None):
        yield _shifted(line, start) if line.startswith("@@") else line


def _common(one: list[str], other: list[str]) -> int:
    """How many lines the two have in common at the beginning."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


def _shifted(header: str, offset: int) -> str:
    """A hunk header with line numbers of the whole file."""
    if not offset:
        return header
    _, old, new, _ = header.split(" ")
    return f"@@ {_moved(old, offset)} {_moved(new, offset)} @@"


def _moved(place: str, offset: int) -> str:
    line, comma, length = place[1:].partition(",")
    return f"{place[0]}{int(line) + offset}{comma}{length}"
