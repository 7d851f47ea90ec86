"""Lists of names in sentences, short enough to read."""

from collections.abc import Sequence

_SHOWN = 6


def listed(names: Sequence[str], most: int = _SHOWN) -> str:
    """The names with commas: the first of them, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:most])} and {rest} more"


def count(number: int, noun: str) -> str:
    """`1 port`, `3 ports`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
