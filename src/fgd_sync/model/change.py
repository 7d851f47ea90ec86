"""What a plan does to a directory: writes, moves and deletions of whole files."""

from fgd_sync.model.value import dataclass, field


@dataclass(frozen=True, slots=True)
class Write:
    """Give `path` the bytes `data`. `before` is what it held when planned from; None: it was not there."""

    path: str
    data: bytes
    before: bytes | None


@dataclass(frozen=True, slots=True)
class Move:
    """Rename `source` to `target`, which does not exist; the bytes stay. `before`: its bytes, None if never read.

    `sha256`: that of the bytes, in hex, where it is known already.
    """

    source: str
    target: str
    before: bytes | None
    sha256: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove `path`, which holds `before`."""

    path: str
    before: bytes


Change = Write | Move | Delete


def touched(change: Change) -> tuple[str, ...]:
    """The paths a change concerns."""
    match change:
        case Move(source=source, target=target):
            return (source, target)
        case Write(path=path) | Delete(path=path):
            return (path,)
