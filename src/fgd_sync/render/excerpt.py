"""A source line with carets under what is at fault: takes the raw line and a column, gives two lines of equal layout.

Knows the width of tabs and of wide and combining characters; cuts a long line around the caret. Work is bounded
whatever the length of the line.
"""

import unicodedata

from fgd_sync.model.pattern import pattern
from fgd_sync.render.escape import visible_char

_TAB = "    "
_LOOK = 400
_QUOTED = pattern(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
_BLOCK_END = pattern(r"\s#|:(?=\s|$)|$")
_FLOW_END = pattern(r"\s#|[,\]}]|:(?=[\s,\]}]|$)|$")


def excerpt(line: str, column: int, width: int = 100) -> tuple[str, str]:
    """The line as shown, and the line of carets below it. `column` counts from 1; `width` in columns, 20 at least."""
    line = line.rstrip("\r\n")
    start = max(0, min(column - 1, len(line)))
    end = token_end(line, start)
    left = _left_edge(line, start, width)
    shown, carets = ("…", " ") if left else ("", "")
    for index in range(left, len(line)):
        cell = _render(line[index])
        size = _width(cell)
        if len(carets) + size >= width:
            shown += "…" if line[index:].strip() else ""
            break
        shown += cell
        carets += ("^" if start <= index < end else " ") * size
    return shown.rstrip(), carets.rstrip() if "^" in carets else f"{carets}^"


def token_end(line: str, start: int) -> int:
    """Where the YAML token that begins at `start` ends: a quoted or plain scalar, or one character of punctuation.

    Both count from 0; at least one character belongs to a token.
    """
    window = line[start : start + _LOOK]
    if window[:1] in ("[", "{") or window[:2] == "- ":
        return start + 1
    quoted = _QUOTED.match(window)
    if quoted:
        return start + quoted.end()
    before = line[max(0, start - _LOOK) : start]
    inside = before.count("[") > before.count("]") or before.count("{") > before.count("}")
    found = (_FLOW_END if inside else _BLOCK_END).search(window)
    length = len(window[: found.start()].rstrip()) if found else 0
    return start + max(1, length)


def _left_edge(line: str, start: int, width: int) -> int:
    """The first character to show, so that the caret is within the width."""
    room = width // 2
    begin = max(0, start - width)
    if begin == 0 and _width(_render(line[:start])) <= room:
        return 0
    index, used = start, 0
    while index > begin and used < room // 2:
        index -= 1
        used += _width(_render(line[index]))
    return index


def _render(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(_TAB if char == "\t" else visible_char(char) for char in text)


def _width(text: str) -> int:
    """Columns of a terminal that the text takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
