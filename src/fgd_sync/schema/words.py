"""How values, routes and types of a document are put into messages: short, quoted, safe to print."""

import json
from collections.abc import Sequence
from typing import Any

from fgd_sync.model.location import Route, format_route

_LONGEST = 60
_MOST = 12


def show(value: Any) -> str:
    """A value as a message shows it: text in double quotes, at most 60 characters, nothing that a terminal obeys."""
    match value:
        case str():
            return f'"{_cut(_printable(value))}"'
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return _cut(json.dumps(value))


def place(route: Route) -> str:
    """A route as a message names it; the root is "the document"."""
    return _cut(_printable(format_route(route)), 3 * _LONGEST) if route else "the document"


def values_of(values: Sequence[Any]) -> str:
    """Values one after the other, at most 12, with the number of those left out."""
    return _listing([show(value) for value in values])


def names_of(names: Sequence[str]) -> str:
    """Names of fields one after the other, at most 12, with the number of those left out."""
    return _listing([_cut(_printable(name)) for name in names])


def _listing(shown: Sequence[str]) -> str:
    text = ", ".join(shown[:_MOST])
    return text if len(shown) <= _MOST else f"{text} and {len(shown) - _MOST} more"


def type_of(value: Any) -> str:
    """What a value is, in words, with its article."""
    match value:
        case None:
            return "empty"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text[: 4 * _LONGEST])


def _cut(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
