"""Documents in plain blocks that have comments: read without them, by the outline that they share with other documents.

Takes one document's text and gives what `read_lines` gives, and how it is made. Where comments stand in an outline is
learnt when it is met for the second time.
"""

from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.blocks import ROW, Blocks, read_blocks, read_lines
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.outline import Filled, Outline
from fgd_sync.yamldoc.remarks import Places, Remarks, numbered

_Shape = tuple[tuple[int, int], ...]
"""For each comment the number of its line, and its column where nothing else is on the line, else -1."""

_MOST_PLACES = 1000
_PLACES: dict[tuple[Outline, _Shape], Places | None] = {}
"""Where comments stand in the documents of an outline; None for what was met once."""

_KEY, _ITEM, _COMMENT = 3, 5, 6


@dataclass(frozen=True, slots=True)
class _Bare:
    """A document without its comments, and these."""

    text: str
    shape: _Shape
    comments: tuple[str, ...]


def read_plain(text: str, limits: Limits) -> Blocks | None:
    """The value and the comments of a document in plain blocks; None for any other text."""
    if "#" not in text or len(text) > limits.max_document_bytes:
        return read_blocks(text, limits)
    bare = _bare(text)
    found = read_blocks(bare.text, limits) if bare else None
    if found is None or bare is None or not bare.shape:
        return found
    return _by_places(found, bare) or _by_line(text, bare, limits, found.filled)


def _bare(text: str) -> _Bare | None:
    """The document without its comments; None where one of their lines is not read here."""
    lines: list[str | None] = [*text.split("\n")]
    shape: list[tuple[int, int]] = []
    comments: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if "#" not in line:
            continue
        row = ROW.match(f"{line}\n")
        if row is None:
            return None
        if row[_COMMENT]:
            column = row.start(_COMMENT)
            has_entry = row[_KEY] or row[_ITEM]
            lines[number] = line[:column].rstrip(" ") if has_entry else None
            shape.append((number, -1 if has_entry else column))
            comments.append(row[_COMMENT].rstrip(" "))
    return _Bare("\n".join([line for line in lines if line is not None]), tuple(shape), tuple(comments))


def _by_places(found: Blocks, bare: _Bare) -> Blocks | None:
    """The document with its comments where it is known where they stand."""
    places = _PLACES.get((found.filled.outline, bare.shape)) if found.filled else None
    if places is None or found.filled is None:
        return None
    filled = Filled(found.filled.outline, found.filled.values, Remarks(places, bare.comments))
    return Blocks(found.value, places.filled(bare.comments), filled)


def _by_line(text: str, bare: _Bare, limits: Limits, filled: Filled | None) -> Blocks | None:
    """The document with its comments, read line by line."""
    found = read_lines(text, limits)
    if found is None or filled is None:
        return found
    key = filled.outline, bare.shape
    if key in _PLACES:
        _PLACES[key] = _learnt(text, bare, limits)
    else:
        if len(_PLACES) >= _MOST_PLACES:
            _PLACES.clear()
        _PLACES[key] = None
    return Blocks(found.value, found.comments, filled)


def _learnt(text: str, bare: _Bare, limits: Limits) -> Places | None:
    """Where the comments of a document stand."""
    lines = text.split("\n")
    for number, ((at, _), comment) in enumerate(zip(bare.shape, bare.comments, strict=True)):
        lines[at] = lines[at][: lines[at].rindex(comment)] + numbered(number)
    marked = read_lines("\n".join(lines), limits)
    return Places(marked.comments, len(bare.comments)) if marked and marked.comments else None
