"""The plain blocks that most manifests are written in, read without a YAML parser: mappings, lists, one-line scalars.

Takes one document's text and gives its value and comments, the same that `read` gives, or None for a text with anything
else in it: that one is for `read`. What could be an error, or could be read in two ways, counts as anything else.
"""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import count as count_up
from sys import intern
from typing import Any, NamedTuple

from fgd_sync.yamldoc.block_notes import BeyondError, Block, BlockNotes, Row
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.outline import Filled, Lines, Outline, is_worth_it, make_room, mark
from fgd_sync.yamldoc.quote import are_as_written
from fgd_sync.yamldoc.remarks import Notes, comments_of
from fgd_sync.yamldoc.scalars import HINTS, WORDS, plain

_WORD = r"(?:[!-\"$-9;-~]++|:(?=[!-\"$-~]))"
_VALUE = rf"""[A-Za-z0-9/._]{_WORD}*+(?:\ ++{_WORD}++)*+|"[ !#-\[\]-~]*+"|'[ -&(-~]*+'|\{{\}}|\[\]"""
KEY = r"[A-Za-z_][A-Za-z0-9_./-]{0,200}"
ROW = re.compile(
    rf"^(\ *+)(?:((?:-\ ++)*+)(?:({KEY}):(?:\ ++({_VALUE}))?|({_VALUE}))(?=\ |\n)\ *+)?(\#[ -~]*+)?\n", re.MULTILINE
)
"""One line: indentation, the dashes of items, a key, the value of the key or of the item, a comment."""

_NAME = r"[A-Za-z0-9/._][!-\"$-9;-~]*+(?=\n)"
_LEAD = re.compile(
    rf"^(\ *+(?:-\ ++)*+(?:{KEY}:(?=\ |\n)\ *+)?+)(?:({_NAME}|(?:{_VALUE})(?=\ |\n))\ *+)?+\n", re.MULTILINE
)
"""A line of `ROW` without a comment: all that stands before its value, and the value. Most values are a `_NAME`."""

MARKER = re.compile(r"\A((?:\ *(?:#[ -~]*)?\n)*+)---\n")
"""The line that begins a document, and what may stand above it."""

_CELLS = re.compile(rf"(?:(?:{_NAME}|{_VALUE})\n)*+")
"""Values, each with a line end."""

_SPECIAL = HINTS | frozenset("\"'{[")
"""First characters of the values that may be something else than a plain string."""

_ODD = _SPECIAL - frozenset("yYnNtTfFoO")
"""First characters of those that may be something else than a plain string or one of `WORDS`."""

_is_text = re.compile(r"[0-9]+\.[0-9]+\.|[0-9][0-9.]*[g-np-wyz/]").match
"""Whether a value that begins with a digit is a string for sure: an address, the name of a file."""

_Key = tuple[int, str]
"""How many lines a document has, and how it begins: most of those that share it have the same outline."""

_BEGINNING = 40
_LAST: dict[_Key, Outline] = {}
"""The usual outline that was met last with a key."""

_MOST_OUTLINES = 1000
_OUTLINES: dict[tuple[tuple[Any, ...], ...], Outline | None] = {}
"""The outlines of this process, by their lines; None for lines that were met once, or hold no document."""


class Blocks(NamedTuple):
    """A document: its value, a mapping or list, its comments, and how it is made of an outline where that is known."""

    value: Any
    notes: Notes
    filled: Filled | None = None

    @property
    def comments(self) -> Comments | None:
        """Its comments as a tree."""
        return comments_of(self.notes)


def read_blocks(text: str, limits: Limits) -> Blocks | None:
    """The value and the comments of a document; None for a text that is not read here."""
    if not text.isascii() or "{{" in text or len(text) > limits.max_document_bytes:
        return None
    body = body_of(text)
    key = body.count("\n"), body[:_BEGINNING]
    try:
        return (
            _like_the_last(body, key, limits.max_depth)
            or _by_outline(body, key, limits.max_depth)
            or _by_line(body, key[0], limits.max_depth)
        )
    except BeyondError:
        return None


def read_lines(text: str, limits: Limits) -> Blocks | None:
    """What `read_blocks` gives, read line by line."""
    body = body_of(text)
    try:
        return _by_line(body, body.count("\n"), limits.max_depth)
    except BeyondError:
        return None


def _by_line(body: str, count: int, max_depth: int) -> Blocks | None:
    """A document of so many lines read line by line."""
    rows = ROW.findall(body)
    if len(rows) != count:
        return None
    notes = BlockNotes()
    value = _build(rows, notes, max_depth)
    if value is None:
        return None
    return Blocks(value, notes.root if any(notes.root.texts()) else None)


def _like_the_last(body: str, key: _Key, max_depth: int) -> Blocks | None:
    """A document without comments that has the usual outline which was met last with the key; None: it has not."""
    outline = _LAST.get(key)
    cells = outline.cells_of(body) if outline else ()
    if outline is None or not cells or outline.depth >= max_depth:
        return None
    written = "\n".join(cells) + "\n"
    if are_as_written(written):
        return _of_outline(outline, cells, written, body)
    return _of_outline(outline, cells, written) if _CELLS.fullmatch(written) else None


def _of_outline(outline: Outline, cells: Iterable[str], written: str = "", text: str = "") -> Blocks:
    """The document of an outline with these cells; `written` and `text`: see `Filled`."""
    found = tuple(
        [
            cell if (cell[0] not in _ODD and cell not in WORDS) or _is_text(cell) else _scalar(cell, (), 1)
            for cell in cells
        ]
    )
    return Blocks(outline.filled(found), None, Filled(outline, found, written, text))


def _by_outline(body: str, key: _Key, max_depth: int) -> Blocks | None:
    """A document without comments, made of an outline that was met before; None: it was not, or has comments.

    Lines are alike if all is the same that stands before their values. An outline is learnt when it is met for the
    second time.
    """
    count, rows = key[0], _LEAD.findall(body)
    if len(rows) != count:
        return None
    leads, cells = zip(*rows, strict=True)
    lines = (leads, tuple(map(bool, cells)))
    outline = _OUTLINES.get(lines)
    if outline is None:
        if lines in _OUTLINES:
            _OUTLINES[lines] = _learnt(ROW.findall(body), list(zip(*lines, strict=True)), max_depth)
        elif is_worth_it(count):
            make_room(_OUTLINES, _MOST_OUTLINES)
            _OUTLINES[lines] = None
        return None
    if outline.depth >= max_depth:
        return None
    if outline.is_usual():
        if key not in _LAST:
            make_room(_LAST, _MOST_OUTLINES)
        _LAST[key] = outline
    return _of_outline(outline, filter(None, cells))


def _learnt(rows: list[Row], lines: Lines, max_depth: int) -> Outline | None:
    """The outline of some lines, once as rows; None where they hold no document, or one that is not read here."""
    if len(rows) != len(lines):
        return None
    numbers = count_up()
    marked = [
        (indent, dash, key, value and mark(next(numbers)), item and mark(next(numbers)), "")
        for indent, dash, key, value, item, _ in rows
    ]
    structure = _build(marked, BlockNotes(), max_depth)
    return None if structure is None else Outline(structure, next(numbers), lines)


def body_of(text: str) -> str:
    """The lines of a document, each with its end: an empty one takes the place of the marker."""
    body = text[3:] if text.startswith("---\n") else MARKER.sub(r"\1\n", text) if "---\n" in text else text
    return body if body.endswith("\n") else f"{body}\n"


def _build(rows: list[Row], notes: BlockNotes, max_depth: int) -> Any:
    """The value of the lines. One loop over all of them, without calls for the common ones: this is where time goes."""
    stack: list[Block] = []
    block = Block({}, -1)
    waiting = notes.waiting
    for number, row in enumerate(rows):
        indent, dash, key, value, item, comment = row
        if not key and not item:
            notes.own_line(number, len(indent), comment, is_head=not stack)
            continue
        column = len(indent)
        if column != block.column or (dash != "") is not block.is_list:
            block = _block_at(stack, column, dash != "", max_depth)
        if dash and "-" in dash[1:]:
            block = _lists(stack, column, dash, max_depth)
        if item:
            _append(block, item, stack, max_depth)
        else:
            if dash:
                block = _item(block, column + len(dash), stack, max_depth)
            items = block.items
            if key in items or key in WORDS:
                raise BeyondError
            if value:
                items[intern(key)] = _scalar(value, stack, max_depth) if value[0] in _SPECIAL else value
                block.key = None
            else:
                items[intern(key)] = None
                block.key = key
        if comment or waiting:
            notes.entry(stack, row)
    notes.foot()
    return stack[0].items if stack else None


def _block_at(stack: list[Block], column: int, is_list: bool, max_depth: int) -> Block:
    """The block that a line belongs to: a new one below the key that waits for its value, or one that is open."""
    if not stack:
        return _opened(stack, [] if is_list else {}, column, max_depth)
    block = stack[-1]
    if block.key is not None and (column > block.column or (column == block.column and is_list)):
        inner: Any = [] if is_list else {}
        block.items[block.key], block.key = inner, None
        return _opened(stack, inner, column, max_depth)
    while block.column > column or (block.column == column and block.is_list and not is_list):
        stack.pop()
        if not stack:
            raise BeyondError
        block = stack[-1]
    if block.column != column or block.is_list is not is_list:
        raise BeyondError
    return block


def _lists(stack: list[Block], column: int, dashes: str, max_depth: int) -> Block:
    """The innermost of the lists that begin on a line of several dashes: each is the first item of the one before."""
    block = stack[-1]
    for at in range(1, len(dashes)):
        if dashes[at] == "-":
            inner: list[Any] = []
            block.items.append(inner)
            block = _opened(stack, inner, column + at, max_depth)
    return block


def _item(block: Block, column: int, stack: list[Block], max_depth: int) -> Block:
    """The mapping that begins on the line of its dash."""
    inner: dict[str, Any] = {}
    block.items.append(inner)
    return _opened(stack, inner, column, max_depth)


def _opened(stack: list[Block], items: Any, column: int, max_depth: int) -> Block:
    if len(stack) >= max_depth:
        raise BeyondError
    block = Block(items, column)
    stack.append(block)
    return block


def _append(block: Block, text: str, stack: list[Block], max_depth: int) -> None:
    if not block.is_list:
        raise BeyondError
    block.items.append(_scalar(text, stack, max_depth))


def _scalar(text: str, stack: Sequence[Block], max_depth: int) -> Any:
    first = text[0]
    if first in "\"'":
        return text[1:-1]
    if first in "{[":
        if len(stack) >= max_depth:
            raise BeyondError
        return {} if first == "{" else []
    value = plain(text)
    if type(value) is float and not math.isfinite(value):
        raise BeyondError
    return value
