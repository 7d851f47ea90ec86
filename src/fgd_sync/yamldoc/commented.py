"""Documents in plain blocks that have comments: read without them, by the outline that they share with other documents.

Takes one document's text and gives what `read_lines` gives, and how it is made. Where comments stand in an outline is
learnt when it is met for the second time.
"""

from typing import NamedTuple

from fgd_sync.yamldoc.blocks import ROW, Blocks, read_blocks, read_lines
from fgd_sync.yamldoc.flow_lines import in_blocks
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.outline import Filled, Outline, make_room
from fgd_sync.yamldoc.remarks import Places, Remarks, numbered

_Shape = tuple[tuple[int, int], ...]
"""For each comment the number of its line, and its column where nothing else is on the line, else -1."""

_MOST_PLACES = 1000
_PLACES: dict[tuple[Outline, _Shape], Places | None] = {}
"""Where comments stand in the documents of an outline; None for what was met once."""

_COMMENT = 6


class _Bare(NamedTuple):
    """A document without its comments, and these."""

    text: str
    shape: _Shape
    comments: tuple[str, ...]


def read_plain(text: str, limits: Limits) -> Blocks | None:
    """The value and the comments of a document in plain blocks; None for any other text."""
    if len(text) > limits.max_document_bytes:
        return None
    blocks = in_blocks(text)
    bare = _bare(blocks) if "#" in blocks else _Bare(blocks, (), ())
    found = read_blocks(bare.text, limits) if bare else None
    if found is None or bare is None or bare.text == text:
        return found
    if found.filled:  # something else stands around the values than in the outline
        cells = "\n".join((found.filled.cells, *bare.comments)) if found.filled.cells and blocks == text else ""
        found = found._replace(filled=Filled(found.filled.outline, found.filled.values, cells))
    return (_by_places(found, bare) or _by_line(blocks, bare, limits, found.filled)) if bare.shape else found


def _bare(text: str) -> _Bare | None:
    """The document without its comments; None where one of their lines is not read here."""
    lines = text.split("\n")
    shape: list[tuple[int, int]] = []
    comments: list[str] = []
    empty: list[int] = []
    for number in [number for number, line in enumerate(lines) if "#" in line]:
        row = ROW.match(lines[number] + "\n")
        if row is None:
            return None
        _, _, key, _, item, comment = row.groups()
        if comment:
            column = row.start(_COMMENT)
            shape.append((number, -1 if key or item else column))
            comments.append(comment.rstrip(" "))
            lines[number] = lines[number][:column].rstrip(" ")
            if not key and not item:
                empty.append(number)
    for number in reversed(empty):
        del lines[number]
    return _Bare("\n".join(lines), tuple(shape), tuple(comments))


def _by_places(found: Blocks, bare: _Bare) -> Blocks | None:
    """The document with its comments where it is known where they stand."""
    places = _PLACES.get((found.filled.outline, bare.shape)) if found.filled else None
    return Blocks(found.value, Remarks(places, bare.comments), found.filled) if places else None


def _by_line(text: str, bare: _Bare, limits: Limits, filled: Filled | None) -> Blocks | None:
    """The document with its comments, read line by line."""
    found = read_lines(text, limits)
    if found is None or filled is None:
        return found
    key = filled.outline, bare.shape
    if key in _PLACES:
        _PLACES[key] = _learnt(text, bare, limits)
    else:
        make_room(_PLACES, _MOST_PLACES)
        _PLACES[key] = None
    return Blocks(found.value, found.notes, filled)


def _learnt(text: str, bare: _Bare, limits: Limits) -> Places | None:
    """Where the comments of a document stand."""
    lines = text.split("\n")
    for number, ((at, _), comment) in enumerate(zip(bare.shape, bare.comments, strict=True)):
        lines[at] = lines[at][: lines[at].rindex(comment)] + numbered(number)
    marked = read_lines("\n".join(lines), limits)
    return Places(marked.comments, len(bare.comments)) if marked and marked.comments else None
