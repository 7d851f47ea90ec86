"""Bytes to JSON values that are nearly right: a template with changes, which gets further than random text does."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

_CONTROLS = (*range(9), 11, 12, *range(14, 32), 127, *range(0x80, 0xA0), 0x2028, 0x2029)
_UNSEEN = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
FORBIDDEN = frozenset(map(chr, (*_CONTROLS, *_UNSEEN)))
"""What no text for people may have: a terminal would obey it, or a reader would not see it."""

Holder = Any
_DEEP: Any = "x"
for _ in range(60):
    _DEEP = [_DEEP]

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 7, 2**63, 10**40, 0.5, float("inf"), float("nan")),
    *("", " ", "x", "0" * 40, "2026-01-02T03:04:05Z", "2026-99-99T99:99:99Z", "2026-01-02", "9" * 5000),
    *("../../etc/passwd", "/etc/passwd", "a/../b", ".git/config", "-x", "a\0b", "a\nb", "\ud800", "\u202e", "é" * 300),
    *("::error::x", "\x1b[2J", "<img src=x>", "{{ x }}", "completed", "failed", "null", "refs/heads/main"),
    *([], {}, [[]], [None], {"": None}, {"a": {"b": []}}, [1, "x", {}], _DEEP),
)


def shaped(data: bytes, templates: Sequence[Any]) -> Any:
    """The value that the bytes are, if they are JSON; else a template with the changes that they describe."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return _changed(data, templates)


def _changed(data: bytes, templates: Sequence[Any]) -> Any:
    numbers = iter(data)
    value = [copy.deepcopy(templates[_next(numbers) % len(templates)])]
    for turn in range(12):
        places = list(_places(value))
        at = next(numbers, None)
        if at is None and turn:
            break
        holder, key = places[((at or 0) * 256 + _next(numbers)) % len(places)]
        _change(holder, key, _next(numbers), numbers)
        if not value:
            return None
    return value[0]


def _change(holder: Holder, key: Any, how: int, numbers: Iterator[int]) -> None:
    if how < 2 * len(ODD):
        holder[key] = copy.deepcopy(ODD[how % len(ODD)])
    elif how % 4 == 0:
        del holder[key]
    elif how % 4 == 1:
        holder[key] = [holder[key], copy.deepcopy(holder[key])]
    elif how % 4 == 2 and isinstance(holder, dict):
        holder[f"{key}{chr(_next(numbers))}"] = holder.pop(key)
    else:
        holder[key] = bytes(_next(numbers) for _ in range(_next(numbers) % 16)).decode("utf-8", "surrogateescape")


def _places(value: Any, depth: int = 8) -> Iterator[tuple[Holder, Any]]:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if depth and isinstance(value[key], dict | list):
            yield from _places(value[key], depth - 1)


def _next(numbers: Iterator[int]) -> int:
    return next(numbers, 0)
