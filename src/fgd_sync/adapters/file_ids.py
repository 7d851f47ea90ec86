"""The digests of many files, kept as text: their SHA-256, and their ids in git and sizes, which few runs need."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha1, sha256

from fgd_sync.model.stowed import LostError, Stowed
from fgd_sync.planning.table import Table

Ids = tuple[str, str, int]
"""The SHA-256 of a file, its id in git as far as that uses SHA-1, and its size in bytes."""


def ids_of(data: bytes) -> Ids:
    """The ids of some bytes."""
    blob = sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False)
    return sha256(data).hexdigest(), blob.hexdigest(), len(data)


class FileIds(Mapping[str, str]):
    """The SHA-256 of each file, as it was kept, with what was changed since. Whoever asks may meet a LostError."""

    def __init__(self, shas: Table, others: Stowed) -> None:
        """`others`: in the order of the paths the ids in git, and on a second line the sizes."""
        self._kept = self._shas = shas
        self._stowed = others
        self._new: dict[str, Ids] = {}

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "FileIds":
        """The ids of files."""
        made = {path: ids_of(data) for path, data in files.items()}
        found = cls(Table.of({path: ids[0] for path, ids in made.items()}), Stowed(b"\n"))
        found._new = made
        return found

    def __getitem__(self, path: str) -> str:
        return self._shas[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shas)

    def __len__(self) -> int:
        return len(self._shas)

    def are_there(self) -> bool:
        """Whether the SHA-256 of all files are at hand now; False: they are lost."""
        try:
            self._shas.fetch()
        except LostError:
            return False
        return True

    def note(self, changed: Mapping[str, Ids | None]) -> None:
        """Note the ids of files that changed or are new; None: the file is gone."""
        self._shas = self._shas.after({path: ids and ids[0] for path, ids in changed.items()})
        self._new |= {path: ids for path, ids in changed.items() if ids}

    def blob(self, path: str) -> str:
        """The id of a file in git; empty for one that is not known."""
        return self._new[path][1] if path in self._new else self._blobs.get(path, "")

    def size(self, path: str) -> int:
        """The size of a file; 0 for one that is not known."""
        return self._new[path][2] if path in self._new else self._sizes.get(path, 0)

    @cached_property
    def _blobs(self) -> dict[str, str]:
        """The ids in git that were kept."""
        return dict(zip(self._kept, self._others[0].decode().split(), strict=True))

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """The sizes that were kept."""
        return dict(zip(self._kept, map(int, self._others[1].split()), strict=True))

    @property
    def _others(self) -> list[bytes]:
        return self._stowed().split(b"\n")

    @property
    def digest(self) -> str:
        """The SHA-256 of the ids as `lines_of` has them, in hex."""
        made, pieces = sha256(), self._shas.pieces()
        made.update(memoryview(next(pieces))[1:])
        for piece in pieces:
            made.update(piece)
        return made.hexdigest()

    @property
    def are_lines(self) -> bool:
        """Whether paths can be told from one another as lines."""
        return not any("\n" in path for path in self._shas)

    def __reduce__(self) -> tuple[type["FileIds"], tuple[Table, Stowed]]:
        """For ids that `are_lines`."""
        paths = sorted(self._shas)
        blobs, sizes = " ".join(map(self.blob, paths)), " ".join(str(self.size(path)) for path in paths)
        return FileIds, (self._shas, Stowed(f"{blobs}\n{sizes}".encode()))
