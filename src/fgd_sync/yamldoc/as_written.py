"""Values on one line that are read, and written again, as they stand there.

Takes texts of values. What each of them is read as is what `blocks` reads, and `quote` writes that in the same way;
what is not told here may be written again as it stands all the same.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from fgd_sync.model.pattern import pattern

ADDRESS = r"[0-9]++\.[0-9]++\.[0-9]++\.[0-9]++(?:/[0-9]++)?+"
NUMBERED = r"[0-9]++[-.][g-z][A-Za-z0-9./-]*+"
_REST = r"[A-Za-z0-9./,-]*+(?: [A-Za-z0-9./,-]++)*+"
_NAME = rf"[A-EG-MP-SU-XZa-eg-mp-su-xz]{_REST}"
_WORD = r"(?:[yY](?:[eE][sS])?|[nN](?:[oO]|[uU][lL][lL])?|[oO](?:[nN]|[fF][fF])|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE])"
_OTHER_NAME = rf"(?!{_WORD}\n)[FNOTYfnoty]{_REST}"


class Sort(NamedTuple):
    """Values that are no texts but of one sort: what tells one, and what it is read as."""

    pattern: str
    read: Callable[[str], Any]


_SORTS = (
    Sort("true|false", {"true": True, "false": False}.__getitem__),
    Sort("[1-9][0-9]{0,17}", int),
    Sort('"[0-9]{1,18}"', lambda text: text[1:-1]),
    Sort(r"\{\}", lambda _: {}),
)
_TEXTS = pattern(rf"(?:(?:{_NAME}|{ADDRESS}|{NUMBERED}|{_OTHER_NAME})\n)*+\Z")


def are_texts(values: Sequence[str]) -> bool:
    """Whether values of one line stand as they would be written here, and are read as the texts that they are."""
    return _TEXTS.match("\n".join((*values, ""))) is not None


def sort_of(value: str) -> Sort | None:
    """The sort of a value; None: it has none, as a text."""
    return next((sort for sort in _SORTS if re.fullmatch(sort.pattern, value)), None)
