"""The digests of many files, kept as text: their SHA-256, and their ids in git and sizes, which few runs need."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha1, sha256

from fgd_sync.adapters.sealed import packed, unpacked
from fgd_sync.planning.table import Table

Ids = tuple[str, str, int]
"""The SHA-256 of a file, its id in git as far as that uses SHA-1, and its size in bytes."""


def ids_of(data: bytes) -> Ids:
    """The ids of some bytes."""
    blob = sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False)
    return sha256(data).hexdigest(), blob.hexdigest(), len(data)


class FileIds(Mapping[str, str]):
    """The SHA-256 of each file, as it was kept, with what was changed since."""

    def __init__(self, shas: Table, blobs: bytes, sizes: bytes) -> None:
        """`blobs`, `sizes`: in the order of the paths the ids in git, and the sizes."""
        self._kept = self._shas = shas
        self._packed, self._packed_sizes = blobs, sizes
        self._new: dict[str, Ids] = {}

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "FileIds":
        """The ids of files."""
        made = {path: ids_of(data) for path, data in files.items()}
        found = cls(Table.of({path: ids[0] for path, ids in made.items()}), b"", b"")
        found._new = made
        return found

    def __getitem__(self, path: str) -> str:
        return self._shas[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shas)

    def __len__(self) -> int:
        return len(self._shas)

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
        return dict(zip(self._kept, self._packed.decode().split(), strict=True))

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """The sizes that were kept."""
        return dict(zip(self._kept, map(int, self._packed_sizes.split()), strict=True))

    @property
    def lines(self) -> bytes:
        """The ids as `lines_of` has them."""
        return _encoded(self._shas.text[1:])

    @property
    def are_lines(self) -> bool:
        """Whether paths can be told from one another as lines."""
        return not any("\n" in path for path in self._shas)

    def encode(self) -> bytes:
        """The ids as bytes; for those that `are_lines`."""
        paths = sorted(self._shas)
        blobs, sizes = " ".join(map(self.blob, paths)), " ".join(str(self.size(path)) for path in paths)
        return packed([_encoded(self._shas.text), blobs.encode(), sizes.encode()])

    @classmethod
    def decode(cls, data: bytes) -> "FileIds":
        """The ids that were encoded."""
        text, blobs, sizes = unpacked(data)
        return cls(Table(text.decode("utf-8", "surrogateescape")), blobs, sizes)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
