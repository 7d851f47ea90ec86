r"""Text from files, names and remote answers, made safe for where it is shown.

Takes any text; gives text that cannot act on a terminal, start a workflow command, or be mistaken for our own words.
What would be invisible or active is shown as an escape such as `\x1b`, never dropped.
"""

import re
from functools import lru_cache

from fgd_sync.model.pattern import pattern


@lru_cache(maxsize=512)
def visible_char(char: str) -> str:
    """One character, or its escape if a terminal would obey or hide it: controls, bidi, zero-width, odd spaces.

    A byte that is not UTF-8 (a surrogate escape) is shown as that byte.
    """
    if char.isprintable():
        return char
    number = ord(char)
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02x}"
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    if named or number < 0x100:
        return named or f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def visible(text: str) -> str:
    """The text on one line, with everything that is not plainly printable written as an escape."""
    return text if text.isprintable() else "".join(map(visible_char, text))


def visible_lines(text: str) -> str:
    """The same for text of several lines, which stay lines."""
    return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))


_IGNORED = (
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_COMMAND = pattern(rf"(?m)^((?:[^\S\n]|{_IGNORED})*):(?={_IGNORED}*:)|#(?={_IGNORED}*#{_IGNORED}*\[)")


def inert(text: str) -> str:
    """Text of several lines in which GitHub's runner finds no command.

    The runner obeys `::name` at the start of a line, after white space too, and `##[name]` anywhere in a line, and its
    comparison skips characters of no width (actions/runner, ActionCommand.cs). A carriage return starts a line for it.
    """
    return _COMMAND.sub(_disarmed, text.replace("\r", "\\r"))


def _disarmed(found: re.Match[str]) -> str:
    return "#\\" if found[0] == "#" else f"{found[1]}\\:"


def markup(text: str) -> str:
    """Text of one line for XML and HTML, in elements and in quoted attributes."""
    safe = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace('"', "&quot;")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of the text, with an ellipsis for what is missing."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
