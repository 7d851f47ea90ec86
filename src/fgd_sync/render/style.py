"""Colours of a terminal: a word in, the word with ANSI codes out, or unchanged where no colour is wanted."""

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Called with a text and the name of a style; gives the text, styled or not."""

_CODES = {
    "error": "31;1",
    "warning": "33;1",
    "notice": "36",
    "add": "32",
    "remove": "31",
    "change": "33",
    "bold": "1",
    "dim": "2",
}


def painter(color: bool) -> Paint:
    """The function that styles text, or one that leaves it alone."""
    return _paint if color else _plain


def _paint(text: str, style: str) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if text else text


def _plain(text: str, style: str) -> str:  # noqa: ARG001 - the shape of Paint
    return text
