"""Whole numbers in texts that others wrote: digits of ASCII, and not beyond all measure, which Python would refuse."""

_MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """The number that a text is; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
