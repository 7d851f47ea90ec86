"""Sealed files of several parts, each read when it is asked for, or a part of it: the seal covers digests of all.

Takes what reads some bytes of such a file, wherever it lies. A part that is other than it was counts as lost.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from fgd_sync.adapters.sealed import Sealed, packed, unpacked
from fgd_sync.model.stowed import BLOCK, LostError, Stowed

_LENGTH = 8

Some = Callable[[int, int], bytes]
"""Some bytes of a file: where they begin, and how many. Raises OSError."""


def closed_parts(files: Sealed, kind: str, name: str, parts: Sequence[bytes]) -> bytes:
    """The bytes of a sealed file."""
    digests = packed([len(part).to_bytes(_LENGTH) + _digests(part) for part in parts])
    head = files.closed(kind, name, digests)
    return b"".join([len(head).to_bytes(_LENGTH), head, *parts])


def opened_parts(files: Sealed, kind: str, name: str, some: Some) -> list[Stowed] | None:
    """The parts of a sealed file; None if somebody else made it, or made it for something else."""
    try:
        size = int.from_bytes(some(0, _LENGTH))
        digests = files.opened(kind, name, some(_LENGTH, size))
    except (OSError, OverflowError):
        return None
    return None if digests is None else list(_parts(some, _LENGTH + size, unpacked(digests)))


def _digests(data: bytes) -> bytes:
    """The digests of all blocks of some bytes."""
    view = memoryview(data)
    return b"".join([sha256(view[start : start + BLOCK]).digest() for start in range(0, len(data), BLOCK)])


class _Part:
    """Reads blocks of a part: its bytes begin at `start` of what `some` reads, and had these digests."""

    __slots__ = ("_digests", "_length", "_some", "_start")

    def __init__(self, some: Some, start: int, length: int, digests: bytes) -> None:
        self._some, self._start, self._length, self._digests = some, start, length, digests

    def __call__(self, first: int, last: int) -> bytes:
        """The blocks from one number on and before another. Raises LostError."""
        size = sha256().digest_size
        begin, end = first * BLOCK, min(last * BLOCK, self._length)
        try:
            data = self._some(self._start + begin, end - begin)
        except OSError:
            data = b""
        if _digests(data) != self._digests[first * size : last * size]:
            raise LostError
        return data


def _parts(some: Some, start: int, rows: Sequence[bytes]) -> Iterator[Stowed]:
    for row in rows:
        length = int.from_bytes(row[:_LENGTH])
        yield Stowed(_Part(some, start, length, row[_LENGTH:]), length)
        start += length
