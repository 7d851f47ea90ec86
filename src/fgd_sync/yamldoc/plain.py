"""Documents in plain blocks, most of them read by what they have in common with documents that were met before.

Takes the text of one document; gives what `blocks` gives, and how it is made of an outline. Comments are taken off: the
outline is that of a document without any. Whatever is not in plain blocks is left to `read`.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from fgd_sync.model.pattern import pattern
from fgd_sync.yamldoc.block_notes import BeyondError, BlockNotes
from fgd_sync.yamldoc.blocks import KEY, ROW, SPECIAL, VALUE, body_of, read_lines, scalar, value_of
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.flow_lines import in_blocks
from fgd_sync.yamldoc.laid import Shape
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.mould import Cells, Mould, Taken
from fgd_sync.yamldoc.outline import Filled, Outline, is_worth_it, make_room, mark
from fgd_sync.yamldoc.remarks import Notes, Places, Remarks, Unplaced, comments_of, numbered
from fgd_sync.yamldoc.scalars import WORDS

_NAME = r"[A-Za-z0-9/._][!-\"$-9;-~]*+(?=\n)"
_LEAD = pattern(rf"^(\ *+(?:-\ ++)*+(?:{KEY}:(?=\ |\n)\ *+)?+)(?:({_NAME}|(?:{VALUE})(?=\ |\n))\ *+)?+\n", re.MULTILINE)
"""A line of `ROW` without a comment: all that stands before its value, and the value. Most values are a `_NAME`."""

_CELLS = pattern(rf"(?:(?:{_NAME}|{VALUE})\n)*+")
"""Values, each with a line end."""

_ODD = SPECIAL - frozenset("yYnNtTfFoO")
"""First characters of the values that may be something else than a plain string or one of `WORDS`."""

_is_text = re.compile(r"[0-9]+\.[0-9]+\.|[0-9][0-9.]*[g-np-wyz/]").match
"""Whether a value that begins with a digit is a string for sure: an address, the name of a file."""

_OUTLINES: dict[tuple[tuple[Any, ...], ...], Outline | None] = {}
"""The outlines of this process, by their lines; None for lines that were met once, or hold no document."""

_FIRST: list[str] = []
"""The first documents of this process: their lines are looked at when more come, so that a few alone cost less."""

_PLACES: dict[tuple[Outline, Shape], Places | None] = {}
"""Where comments stand in the documents of an outline; None for what was met once."""

_Key = tuple[int, str]
"""How many lines a document has, and how the first begins that is no comment: most that share it are alike."""

_LINE_ENDS = {0x0A: ""}
_HEAD = re.compile(r"(?:\ *+(?:\#[^\n]*+)?\n)*+")
_BEGINNING = 40
_FEW = 5
_MOST_KNOWN = 1000
_MOST_ALIKE = 4
_COMMENT = 6


class _Usual(NamedTuple):
    """An outline that many documents have, with comments in the same places or with none, and their lines."""

    outline: Outline
    places: Places | None
    mould: Mould


_USUAL: dict[_Key, tuple[_Usual, ...]] = {}
"""What was met with a key, the last first."""


class Blocks(NamedTuple):
    """A document: its value, a mapping or list, its comments, and how it is made of an outline where that is known."""

    value: Any
    notes: Notes
    filled: Filled | None = None

    @property
    def comments(self) -> Comments | None:
        """Its comments as a tree."""
        return comments_of(self.notes)


class _Bare(NamedTuple):
    """The lines of a document without its comments, and these."""

    text: str
    shape: Shape = ()
    comments: tuple[str, ...] = ()


def read_plain(text: str, limits: Limits) -> Blocks | None:
    """The value and the comments of a document in plain blocks; None for any other text."""
    if len(text) > limits.max_document_bytes or not (text.isascii() or _is_printable(text, limits)):
        return None
    body = body_of(text)
    try:
        return _like_many(body, limits.max_depth) or _by_outline(body, limits.max_depth)
    except BeyondError:
        return None


def _is_printable(text: str, limits: Limits) -> bool:
    """Whether a text is of usual characters, and not too large: those beyond ASCII may stand in comments."""
    return len(text.encode()) <= limits.max_document_bytes and text.translate(_LINE_ENDS).isprintable()


def _key(body: str) -> _Key:
    found = _HEAD.match(body) if body[:1] in "#\n " else None
    start = found.end() if found else 0
    return body.count("\n"), body[start : start + _BEGINNING]


def _like_many(body: str, max_depth: int) -> Blocks | None:
    """A document that has the lines of many that were met before; None: it has not."""
    for usual in _USUAL.get(_key(body), ()):
        if usual.outline.depth >= max_depth:
            continue
        told = usual.mould.taken_as_written(body)
        if told is not None:
            return _as_written(usual, told, body)
        taken = usual.mould.taken(body)
        if taken is not None:
            return _of_mould(usual, *taken)
    return None


def _as_written(usual: _Usual, taken: Taken, body: str) -> Blocks | None:
    """A document whose values are written as they would be again."""
    cells, outline = "\n".join(taken.cells) + "\n", usual.outline
    if usual.places is None:
        return Blocks(outline.filled(taken.values), None, Filled(outline, taken.values, cells, body))
    said = _said(taken.comments)
    if said is None:
        return None
    cells += said
    text = body if usual.mould.is_all(body, cells) else ""
    notes = Remarks(usual.places, taken.comments)
    return Blocks(outline.filled(taken.values), notes, Filled(outline, taken.values, cells, text))


def _of_mould(usual: _Usual, values: Cells, comments: Cells) -> Blocks | None:
    """A document with any other values."""
    cells = "\n".join(values) + "\n"
    if "{{" in cells or not _CELLS.fullmatch(cells):
        return None
    if usual.places is None:
        return _of_outline(usual.outline, values, None, cells=cells)
    said = _said(comments)
    notes = Remarks(usual.places, comments)
    return None if said is None else _of_outline(usual.outline, values, notes, cells=cells + said)


def _said(comments: Cells) -> str | None:
    """What comments say, each with a line end; None where they are not read here."""
    said = "\n".join(comments) + "\n"
    return None if " \n" in said or not said.replace("\n", "").isprintable() else said


def _of_outline(outline: Outline, values: Iterable[str], notes: Notes, *, cells: str) -> Blocks:
    """The document of an outline with these values and comments; `cells`: see `Filled`."""
    found = tuple(
        [
            cell if (cell[0] not in _ODD and cell not in WORDS) or _is_text(cell) else scalar(cell, (), 1)
            for cell in values
        ]
    )
    return Blocks(outline.filled(found), notes, Filled(outline, found, cells))


def _by_outline(body: str, max_depth: int) -> Blocks | None:
    """A document made of an outline that was met before, or read line by line."""
    blocks = in_blocks(body)
    bare = _bare(blocks) if "#" in blocks else _Bare(blocks)
    if bare is None or "{{" in bare.text or not (blocks == body or _is_flat(bare)):
        return None
    found = None if bare.text == body else _like_many(bare.text, max_depth)
    found = found or _known(bare.text, max_depth)
    if found is None or found.filled is None:
        read = read_lines(blocks, max_depth)
        return Blocks(*read) if read else None
    return _dressed(found, found.filled, blocks, bare, is_whole=blocks == body)


def _known(text: str, max_depth: int) -> Blocks | None:
    """A document without comments that has an outline which was met before; None: it has not."""
    if len(_FIRST) < _FEW:
        _FIRST.append(text)
        return None
    if _FIRST[0]:
        for first in _FIRST:
            _outline_of(first, max_depth)
        _FIRST[0] = ""
    outline, values = _outline_of(text, max_depth)
    if outline is None or outline.depth >= max_depth:
        return None
    return _of_outline(outline, values, None, cells="\n".join(values) + "\n")


def _dressed(found: Blocks, filled: Filled, blocks: str, bare: _Bare, *, is_whole: bool) -> Blocks:
    """A document with its comments, which was read without them; not `is_whole`: and without its brackets."""
    outline = filled.outline
    places = _places(outline, blocks, bare) if is_whole and bare.comments else None
    _meet(_Usual(outline, places, (places or outline).mould), blocks if places else bare.text)
    if is_whole and not bare.comments:
        return found
    notes = Unplaced(blocks, bare.shape, bare.comments) if bare.comments else None
    # beside brackets something else stands around the values than in the outline
    cells = filled.cells + "\n".join(bare.comments) + "\n" if is_whole else ""
    return Blocks(found.value, notes, Filled(outline, filled.values, cells))


def _meet(usual: _Usual, text: str) -> None:
    """Note that a document was met, so that many of its lines are told by these."""
    if not usual.mould.is_usual():
        return
    key = _key(text)
    if key not in _USUAL:
        make_room(_USUAL, _MOST_KNOWN)
    alike = [item for item in _USUAL.get(key, ()) if item.mould is not usual.mould]
    _USUAL[key] = (usual, *alike[: _MOST_ALIKE - 1])


def _outline_of(text: str, max_depth: int) -> tuple[Outline | None, list[str]]:
    """The outline that a document without comments has, and its values; None: it was not met before.

    Lines are alike if all is the same that stands before their values. An outline is learnt when it is met for the
    second time.
    """
    count, rows = text.count("\n"), _LEAD.findall(text)
    if not rows or len(rows) != count:
        return None, []
    leads, cells = zip(*rows, strict=True)
    lines = (leads, tuple(map(bool, cells)))
    outline = _OUTLINES.get(lines)
    if outline is None:
        if lines in _OUTLINES:
            _OUTLINES[lines] = _learnt(text, max_depth)
        elif is_worth_it(count):
            make_room(_OUTLINES, _MOST_KNOWN)
            _OUTLINES[lines] = None
    return outline, list(filter(None, cells))


def _learnt(text: str, max_depth: int) -> Outline | None:
    """The outline of a document; None where it has none, or one that is not read here."""
    rows = ROW.findall(text)
    if len(rows) != text.count("\n"):
        return None
    count = 0
    marked = []
    for indent, dash, key, value, item, _ in rows:
        marked.append((indent, dash, key, value and mark(count), item and mark(count), ""))
        count += bool(value or item)
    structure = value_of(marked, BlockNotes(), max_depth)
    return None if structure is None else Outline(structure, count, Mould(text))


def _bare(text: str) -> _Bare | None:
    """The document without its comments; None where one of their lines is not read here."""
    lines: list[str] = []
    shape: list[tuple[int, int]] = []
    comments: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if "#" not in line:
            lines.append(line)
            continue
        comment = line.lstrip(" ")
        column = len(line) - len(comment)
        if comment[0] != "#":
            row = ROW.match(line + "\n")
            if row is None:
                return None
            comment, column = row[_COMMENT] or "", -1
            lines.append(line[: row.start(_COMMENT)].rstrip(" ") if comment else line)
        elif not comment.isprintable():
            return None
        if comment:
            shape.append((number, column))
            comments.append(comment.rstrip(" "))
    return _Bare("\n".join(lines), tuple(shape), tuple(comments))


def _is_flat(bare: _Bare) -> bool:
    """Whether no comment on a line of its own is indented deeper than the entry that follows, if one came before."""
    columns = [0]
    lines = bare.text.split("\n")
    for line in reversed(lines):
        columns.append(len(line) - len(line.lstrip(" ")) if line.strip(" ") else columns[-1])
    columns.reverse()
    first = next((number for number, line in enumerate(lines) if line.strip(" ")), len(lines))
    own_lines = [(number, column) for number, column in bare.shape if column >= 0]
    places = [(number - moved, column) for moved, (number, column) in enumerate(own_lines)]
    return all(at <= first or column <= columns[at] for at, column in places)


def _places(outline: Outline, text: str, bare: _Bare) -> Places | None:
    """Where the comments of a document stand; None: that was not met before."""
    key = outline, bare.shape
    places = _PLACES.get(key)
    if places is None:
        if key in _PLACES:
            _PLACES[key] = places = Places(_numbered(text, bare), len(bare.comments))
        else:
            make_room(_PLACES, _MOST_KNOWN)
            _PLACES[key] = None
    return places


def _numbered(text: str, bare: _Bare) -> str:
    """A document that says in each comment which it is."""
    lines = text.split("\n")
    for number, ((at, _), comment) in enumerate(zip(bare.shape, bare.comments, strict=True)):
        lines[at] = lines[at][: lines[at].rindex(comment)] + numbered(number)
    return "\n".join(lines)
