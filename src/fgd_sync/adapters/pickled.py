"""Values as bytes, with what is stowed in them apart, so that it need not be read with the rest."""

import io
from _pickle import Pickler, Unpickler  # `pickle` takes three times as long to import
from collections.abc import Sequence
from typing import Any

from fgd_sync.model.stowed import Stowed

_PROTOCOL = 5


class _Pickler(Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, _PROTOCOL)
        self.stowed: list[bytes] = []

    def persistent_id(self, obj: Any) -> int | None:
        """The number of what is stowed; None for what is not."""
        if not isinstance(obj, Stowed):
            return None
        self.stowed.append(obj())
        return len(self.stowed) - 1


class _Unpickler(Unpickler):
    def __init__(self, data: bytes, stowed: Sequence[Stowed]) -> None:
        super().__init__(io.BytesIO(data))
        self._stowed = stowed

    def persistent_load(self, pid: int) -> Stowed:
        """What is stowed under a number."""
        return self._stowed[pid]


def pickled(value: object) -> list[bytes]:
    """A value as bytes, and what is stowed in it. Raises LostError."""
    with io.BytesIO() as file:
        pickler = _Pickler(file)
        pickler.dump(value)
        return [file.getvalue(), *pickler.stowed]


def unpickled(parts: Sequence[Stowed]) -> Any:
    """The value that was pickled, from bytes that this program sealed. Raises LostError."""
    return _Unpickler(parts[0](), parts[1:]).load()
