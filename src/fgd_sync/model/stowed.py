"""A large part of what is remembered, as bytes by itself: fetched when it is first asked for, which few runs do.

Who asks for little of it has only the blocks fetched that this lies in.
"""

from collections.abc import Callable

BLOCK = 1 << 15
"""How many bytes a block has."""

Fetch = Callable[[int, int], bytes]
"""Gives the blocks from one number on and before another. Raises LostError."""


class LostError(Exception):
    """What was remembered cannot be had any more: somebody changed it, replaced it or took it away."""


class Stowed:
    """Bytes, or how to fetch them; all that asks for some raises LostError where they cannot be had."""

    __slots__ = ("_blocks", "_bytes", "_fetch", "size")

    def __init__(self, data: bytes | Fetch, size: int = 0) -> None:
        """`size`: how many bytes there are to fetch."""
        self._blocks: dict[int, bytes] = {}
        self._bytes: bytes | None = None
        self._fetch: Fetch | None = None
        if isinstance(data, bytes):
            self._bytes, self.size = data, len(data)
        else:
            self._fetch, self.size = data, size

    def __call__(self) -> bytes:
        """All bytes."""
        if self._bytes is None:
            assert self._fetch, "what is not there can be fetched"
            self._bytes = self._fetch(0, -(-self.size // BLOCK))
        return self._bytes

    def some(self, start: int, end: int) -> bytes:
        """The bytes from one place on and before another."""
        if self._bytes is not None:
            return self._bytes[start:end]
        first, last = start // BLOCK, (end - 1) // BLOCK
        at = first * BLOCK
        return b"".join(map(self._block, range(first, last + 1)))[start - at : end - at]

    def index(self, byte: bytes, start: int) -> int:
        """Where a byte stands first, from some place on. Raises ValueError if it does not."""
        if self._bytes is not None:
            return self._bytes.index(byte, start)
        for number in range(start // BLOCK, -(-self.size // BLOCK)):
            at = number * BLOCK
            found = self._block(number).find(byte, max(0, start - at))
            if found >= 0:
                return at + found
        raise ValueError("not found")

    def rindex(self, byte: bytes, start: int, end: int) -> int:
        """Where a byte stands last, from some place on and before another. Raises ValueError if it does not."""
        if self._bytes is not None:
            return self._bytes.rindex(byte, start, end)
        for number in range((end - 1) // BLOCK, start // BLOCK - 1, -1):
            at = number * BLOCK
            found = self._block(number).rfind(byte, max(0, start - at), end - at)
            if found >= 0:
                return at + found
        raise ValueError("not found")

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            assert self._fetch, "what is not there can be fetched"
            self._blocks[number] = self._fetch(number, number + 1)
        return self._blocks[number]

    def __reduce__(self) -> tuple[type["Stowed"], tuple[bytes]]:
        return Stowed, (self(),)
