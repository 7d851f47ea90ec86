"""A large part of what is remembered, as bytes by itself: fetched when it is first asked for, which few runs do."""

from collections.abc import Callable


class LostError(Exception):
    """What was remembered cannot be had any more: somebody changed it, replaced it or took it away."""


class Stowed:
    """Bytes, or how to fetch them, which raises LostError."""

    __slots__ = ("_bytes",)

    def __init__(self, data: bytes | Callable[[], bytes]) -> None:
        self._bytes = data

    def __call__(self) -> bytes:
        """The bytes. Raises LostError."""
        if not isinstance(self._bytes, bytes):
            self._bytes = self._bytes()
        return self._bytes

    def __reduce__(self) -> tuple[type["Stowed"], tuple[bytes]]:
        return Stowed, (self(),)
