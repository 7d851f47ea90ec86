"""Sealed files of several parts, each read when it is asked for: the seal covers the digests of all parts.

Takes what reads some bytes of such a file, wherever it lies. A part that is other than it was counts as lost.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256

from fgd_sync.adapters.sealed import Sealed, packed, unpacked
from fgd_sync.model.stowed import LostError, Stowed

_LENGTH = 8
_DIGEST = 32

Some = Callable[[int, int], bytes]
"""Some bytes of a file: where they begin, and how many. Raises OSError."""


def closed_parts(files: Sealed, kind: str, name: str, parts: Sequence[bytes]) -> bytes:
    """The bytes of a sealed file."""
    digests = packed([b"%b%d" % (sha256(part).digest(), len(part)) for part in parts])
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


def _parts(some: Some, start: int, digests: Sequence[bytes]) -> Iterator[Stowed]:
    for row in digests:
        length = int(row[_DIGEST:])
        yield Stowed(partial(_part, some, start, length, row[:_DIGEST]))
        start += length


def _part(some: Some, start: int, length: int, digest: bytes) -> bytes:
    try:
        data = some(start, length)
    except OSError:
        data = b""
    if sha256(data).digest() != digest:
        raise LostError
    return data
