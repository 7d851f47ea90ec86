"""Text from files made safe for GitHub Markdown: in sentences, in code, in fences, and as a link's target.

GitHub reads Markdown first, then turns @names, #numbers, GH-numbers and :emoji: of the resulting page into links and
pictures, except inside `<code>`. So characters of markup are written as character references, which make no markup,
and the characters that start a mention or reference are put into `<code>` of their own.
"""

import re

from fgd_sync.model.pattern import pattern
from fgd_sync.render.escape import cut, visible

LONGEST = 1000
"""Characters of one text from a file that are shown."""

_MARKUP = pattern(r"[^\w ,.;'\"()/%+=?-]|_")
_ACTIVE = pattern(r"[@#]|:(?=[A-Za-z0-9_+-]+:)|(?i:(?<=\bgh)-(?=[0-9]))|(?i:(?<=\bwww)\.)")
_NOT_CODE = pattern(r"[^\w /,-]|_")
_NOT_URL = pattern(r"[^\w\-.~/:?#@!$&'()*+,;=%]", re.ASCII)


def prose(text: str) -> str:
    """Text for a sentence or a table's cell, not for the beginning of a line. What is in backticks becomes code."""
    pieces = cut(visible(text), LONGEST).split("`")
    if len(pieces) % 2 == 0:
        return _inline("`".join(pieces))
    return "".join(code(piece) if index % 2 else _inline(piece) for index, piece in enumerate(pieces))


def code(text: str) -> str:
    """Text as inline code, also in a table's cell; empty for empty text."""
    inner = _NOT_CODE.sub(_reference, cut(visible(text), LONGEST))
    return f"<code>{inner}</code>" if inner else ""


def fenced(*lines: str) -> str:
    """Lines as a block of code that none of them can end."""
    shown = [visible(line) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *shown, fence])


def anchor(label: str, url: str) -> str:
    """A link with a label that is Markdown already; the label alone where there is no URL of the web."""
    if not url.startswith(("https://", "http://")):
        return label
    target = _NOT_URL.sub(_percent, url)
    return f'<a href="{target.replace("&", "&amp;")}">{label}</a>'


def _inline(text: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _ACTIVE.finditer(text):
        parts += [_MARKUP.sub(_reference, text[end : found.start()]), f"<code>{_reference(found)}</code>"]
        end = found.end()
    return "".join([*parts, _MARKUP.sub(_reference, text[end:])])


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))
