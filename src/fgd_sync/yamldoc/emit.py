"""Values to canonical YAML: the same value and comments always give the same bytes, and read back as they were.

Block style, two spaces, list items at the column of their key, no `---`, LF. A comment is written where reading puts
it; one that the value has no place for is kept below the nearest entry around it.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.quote import literal, quote

_NONE = Comments()
_LONGEST_KEY = 1000
_NO_COMMENT_TEXT = "[^\t -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]"
_NO_ASCII_COMMENT_TEXT = "[^\t -~]"


def emit(value: Any, comments: Comments | None = None) -> str:
    """Write a JSON value as a YAML document that ends in one line end; mapping keys in the order of the dict."""
    page = _Page()
    notes = comments or _NONE
    page.own_lines(notes.above, 0)
    if isinstance(value, dict | list) and value:
        page.own_lines((notes.after,), 0)
        page.collection(value, 0, notes)
    else:
        page.entry("", value, 0, notes)
    page.own_lines(notes.below, 0)
    return page.text()


class _Page:
    """The lines written so far."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._comment_end = self._blank_due = -1
        """After so many lines the last comment ended, or a blank line is due."""

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def own_lines(self, comments: tuple[str, ...], indent: int) -> None:
        """Comments on lines of their own; an empty text is a blank line, which only stands between two comments."""
        for comment in comments:
            text = _one_line(comment)
            count = len(self._lines)
            if not text:
                self._blank_due = count if count == self._comment_end and not comment else -1
                continue
            if count == self._blank_due:
                self._lines.append("")
            self._lines.append(" " * indent + text)
            self._comment_end = len(self._lines)

    def collection(self, value: Any, indent: int, notes: Comments) -> None:
        """The entries of a mapping or sequence that is not empty, from a new line on."""
        if isinstance(value, dict):
            self._mapping(value, indent, notes, "")
        else:
            self._sequence(value, indent, notes, "")

    def _mapping(self, value: dict[str, Any], indent: int, notes: Comments, lead: str) -> None:
        """`lead` is what the first line begins with in place of its indentation: the dashes it shares a line with."""
        margin, write = " " * indent, self._lines.append
        children = notes.children
        for key, item in value.items():
            note = children.get(key, _NONE) if children else _NONE
            if note is not _NONE:
                self.own_lines(note.above, indent)
            name = quote(key)
            if item.__class__ is str and note is _NONE and "\n" not in item and len(name) <= _LONGEST_KEY:
                write(f"{lead or margin}{name}: {quote(item)}")
            elif len(name) > _LONGEST_KEY:
                self._lines.append(f"{lead or margin}? {name}")
                self.entry(f"{margin}:", item, indent, note, is_long=True)
            else:
                self.entry(f"{lead or margin}{name}:", item, indent, note)
            if note is not _NONE:
                self.own_lines(note.below, indent)
            lead = ""
        if children:
            self.own_lines(tuple(_strays(notes, value)), indent)

    def _sequence(self, value: list[Any], indent: int, notes: Comments, lead: str) -> None:
        margin = " " * indent
        children = notes.children
        for index, item in enumerate(value):
            note = children.get(index, _NONE) if children else _NONE
            if note is not _NONE:
                self.own_lines(note.above, indent)
            self._item(f"{lead or margin}-", item, indent, note)
            if note is not _NONE:
                self.own_lines(note.below, indent)
            lead = ""
        if children:
            self.own_lines(tuple(_strays(notes, value)), indent)

    def _item(self, start: str, item: Any, indent: int, note: Comments) -> None:
        if not isinstance(item, dict | list) or not item:
            self.entry(start, item, indent, note)
        elif note is not _NONE and (_trailing(note) or _begins_with_comment(item, note)):
            self._lines.append(start + _trailing(note))
            self.collection(item, indent + 2, note)
        elif isinstance(item, dict):
            self._mapping(item, indent + 2, note, start + " ")
        else:
            self._sequence(item, indent + 2, note, start + " ")

    def entry(self, start: str, value: Any, indent: int, note: Comments, *, is_long: bool = False) -> None:
        """One key or dash with its value; comments inside a value that has no entries go below it."""
        kind = value.__class__
        if kind is str:
            self._string(start, value, indent, note)
        elif (kind is dict or kind is list) and value:
            self._lines.append(start + _trailing(note))
            deeper = indent + 2 if kind is dict or is_long else indent
            self.collection(value, deeper, note)
            return
        else:
            self._lines.append(_joined(start, scalar(value)) + _trailing(note))
        if note.children:
            self.own_lines(tuple(_strays(note, ())), indent)

    def _string(self, start: str, value: str, indent: int, note: Comments) -> None:
        lines = literal(value) if "\n" in value else None
        if lines is None:
            self._lines.append(_joined(start, quote(value)) + _trailing(note))
            return
        margin = " " * (indent + 2)
        self._lines.append(_joined(start, lines[0]) + _trailing(note))
        self._lines.append("\n".join(margin + line if line else "" for line in lines[1:]))


def _joined(start: str, text: str) -> str:
    return f"{start} {text}" if start else text


def _trailing(note: Comments) -> str:
    text = _one_line(note.after) if note.after else ""
    return f" {text}" if text else ""


def _begins_with_comment(value: Any, note: Comments) -> bool:
    """Whether a comment comes before the first entry of a collection, so that it can't share the line of its dash."""
    while isinstance(value, dict | list) and value and note.children:
        first = next(iter(value)) if isinstance(value, dict) else 0
        note = note.children.get(first, _NONE)
        if any(map(_one_line, note.above)):
            return True
        if isinstance(value, dict) or _trailing(note):
            return False
        value = value[0]
    return False


def _strays(notes: Comments, value: Any) -> Iterator[str]:
    """The comments of entries that the value does not have."""
    for step, child in notes.children.items():
        if step not in (value if isinstance(value, dict) else range(len(value))):
            yield from child.texts()


def _one_line(comment: str) -> str:
    """A comment as it may be written: on one line, beginning with `#`, without trailing blanks."""
    text = re.sub(_NO_ASCII_COMMENT_TEXT if comment.isascii() else _NO_COMMENT_TEXT, " ", comment).strip(" \t\ufeff")
    return text if not text or text.startswith("#") else f"# {text}"


def scalar(value: Any) -> str:
    """A value that is no string, on one line; of collections, an empty one."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return _float(value)
    return str(value) if isinstance(value, int) else "{}" if isinstance(value, dict) else "[]"


def _float(value: float) -> str:
    """A number that YAML 1.1 and 1.2 read alike: with a point, and a sign in the exponent."""
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    if value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")
