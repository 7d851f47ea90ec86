"""JSON as text that any reader takes and that is safe to print: a value in, ASCII out."""

import json
import re
from typing import Any

from fgd_sync.model.pattern import pattern
from fgd_sync.render.escape import visible_char

_UNSAFE = pattern(r"##(?=\[)|[^ -~\n]")


def to_json(value: Any) -> str:
    r"""The value as indented JSON with a line feed at the end; what JSON does not know is written as its `str`.

    Everything beyond printable ASCII is escaped, and so is what GitHub's runner would take for a command. Half a
    surrogate pair, which strict readers refuse, becomes the escape that people are shown: `\xff`.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return _UNSAFE.sub(_escaped, text) + "\n"


def to_json_line(value: Any) -> str:
    """The same on one line, without the line feed: a record of JSON lines."""
    return _UNSAFE.sub(_escaped, json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str))


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    if char == "##":
        return "#\\u0023"
    if "\ud800" <= char <= "\udfff":
        return f"\\{visible_char(char)}"
    return json.dumps(char)[1:-1]
