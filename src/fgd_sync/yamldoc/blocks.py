"""The plain blocks that most manifests are written in, read without a YAML parser: mappings, lists, one-line scalars.

Takes one document's text and gives its value and comments, the same that `read` gives, or None for a text with anything
else in it: that one is for `read`. What could be an error, or could be read in two ways, counts as anything else.
"""

import math
import re
from collections.abc import Sequence
from sys import intern
from typing import Any

from fgd_sync.yamldoc.block_notes import BeyondError, Block, BlockNotes, Row
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.scalars import HINTS, WORDS, plain

_WORD = r"(?:[!-\"$-9;-~]++|:(?=[!-\"$-~]))"
VALUE = rf"""[A-Za-z0-9/._]{_WORD}*+(?:\ ++{_WORD}++)*+|"[ !#-\[\]-~]*+"|'[ -&(-~]*+'|\{{\}}|\[\]"""
PLAIN_KEY = r"[A-Za-z_][A-Za-z0-9_./-]{0,200}"
KEY = rf"""(?:{PLAIN_KEY}|"[ !#-\[\]-~]{{1,200}}+"|'[ -&(-~]{{1,200}}+')"""
REMARK = r"\#[^\x00-\x1f\x7f]*+"
ROW = re.compile(
    rf"^(\ *+)(?:((?:-\ ++)*+)(?:({KEY}):(?:\ ++({VALUE}))?|({VALUE}))(?=\ |\n)\ *+)?({REMARK})?\n", re.MULTILINE
)
"""One line: indentation, the dashes of items, a key, the value of the key or of the item, a comment."""

MARKER = re.compile(rf"\A((?:\ *(?:{REMARK})?\n)*+)---\n")
"""The line that begins a document, and what may stand above it."""

SPECIAL = HINTS | frozenset("\"'{[")
"""First characters of the values that may be something else than a plain string."""


def read_blocks(text: str, limits: Limits) -> tuple[Any, Comments | None] | None:
    """The value, a mapping or list, and the comments of a document; None for a text that is not read here."""
    if not text.isascii() or "{{" in text or len(text) > limits.max_document_bytes:
        return None
    return read_lines(body_of(text), limits.max_depth)


def read_lines(body: str, max_depth: int) -> tuple[Any, Comments | None] | None:
    """What `read_blocks` gives for the lines of a document, each with its end."""
    rows = ROW.findall(body)
    if len(rows) != body.count("\n"):
        return None
    notes = BlockNotes()
    try:
        value = value_of(rows, notes, max_depth)
    except BeyondError:
        return None
    return None if value is None else (value, notes.root if any(notes.root.texts()) else None)


def body_of(text: str) -> str:
    """The lines of a document, each with its end: an empty one takes the place of the marker."""
    body = text[3:] if text.startswith("---\n") else MARKER.sub(r"\1\n", text) if "---\n" in text else text
    return body if body.endswith("\n") else f"{body}\n"


def value_of(rows: list[Row], notes: BlockNotes, max_depth: int) -> Any:
    """The value of the lines; None if there is none. Raises BeyondError for lines that are not read here.

    One loop over all of them, without calls for the common ones: this is where time goes.
    """
    stack: list[Block] = []
    block = Block({}, -1)
    waiting = notes.waiting
    for number, row in enumerate(rows):
        indent, dash, key, value, item, comment = row
        if not key and not item:
            notes.own_line(number, len(indent), comment, stack)
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
            name = intern(key[1:-1] if key[0] in "\"'" else key)
            if name in items or key in WORDS:
                raise BeyondError
            if value:
                items[name] = scalar(value, stack, max_depth) if value[0] in SPECIAL else value
                block.key = None
            else:
                items[name] = None
                block.key = name
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
    block.items.append(scalar(text, stack, max_depth))


def scalar(text: str, stack: Sequence[Block], max_depth: int) -> Any:
    """What a value stands for that is written on a line in these blocks."""
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
