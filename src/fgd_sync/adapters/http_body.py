"""The body of an answer of HTTP, read piece by piece up to a limit: few bytes of it may unpack to very many."""

from collections.abc import Iterator
from typing import Any

_PIECE = 1 << 16


class AnswerTooLargeError(ValueError):
    """An answer is larger than any that could be meant."""


def pieces(raw: Any, most: int) -> Iterator[bytes]:
    """The body of a response of urllib3, unpacked. Raises AnswerTooLargeError, and what urllib3 raises."""
    size = 0
    while piece := raw.read1(_PIECE, decode_content=True):
        size += len(piece)
        if size > most:
            raise AnswerTooLargeError
        yield piece
    raw.release_conn()
