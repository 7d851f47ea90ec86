"""The digests of many files, kept as text: their SHA-256, and their ids in git, which few runs need."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha1, sha256

from fgd_sync.adapters.sealed import packed, unpacked
from fgd_sync.planning.recalled import lines_of

_FEW = 30
"""So many changes are quicker made in the text than by making it anew."""

Ids = tuple[str, str, int]
"""The SHA-256 of a file, its id in git as far as that uses SHA-1, and its size in bytes."""


def ids_of(data: bytes) -> Ids:
    """The ids of some bytes."""
    blob = sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False)
    return sha256(data).hexdigest(), blob.hexdigest(), len(data)


class FileIds(Mapping[str, str]):
    """The SHA-256 of each file, as it was kept, with what was changed since."""

    def __init__(self, lines: bytes, blobs: bytes, sizes: bytes) -> None:
        """`lines`: see `lines_of`; `blobs`, `sizes`: in the same order the ids in git, and the sizes."""
        self._lines, self._packed, self._packed_sizes = lines, blobs, sizes
        words = _words(lines)
        self._shas = dict(zip(words[:-1:2], words[1::2], strict=True))
        self._new, self._new_sizes = dict[str, str](), dict[str, int]()
        self._old, self._are_others = dict[str, str](), False

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "FileIds":
        """The ids of files."""
        made = cls(b"", b"", b"")
        for path, data in files.items():
            made.put(path, ids_of(data))
        return made

    def __getitem__(self, path: str) -> str:
        return self._shas[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shas)

    def __len__(self) -> int:
        return len(self._shas)

    def put(self, path: str, ids: Ids) -> None:
        """Note the ids of a file that changed or is new."""
        self._are_others = self._are_others or path not in self._shas
        self._old.setdefault(path, self._shas.get(path, ""))
        self._shas[path], self._new[path], self._new_sizes[path] = ids

    def drop(self, path: str) -> None:
        """Note that a file is gone."""
        self._are_others = True
        del self._shas[path]

    def blob(self, path: str) -> str:
        """The id of a file in git; empty for one that is not known."""
        return self._new.get(path) or self._blobs.get(path, "")

    def size(self, path: str) -> int:
        """The size of a file; 0 for one that is not known."""
        return self._new_sizes.get(path) or self._sizes.get(path, 0)

    @cached_property
    def _blobs(self) -> dict[str, str]:
        """The ids in git that were kept."""
        return dict(zip(_words(self._lines)[:-1:2], self._packed.decode().split(), strict=True))

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """The sizes that were kept."""
        return dict(zip(_words(self._lines)[:-1:2], map(int, self._packed_sizes.split()), strict=True))

    @property
    def lines(self) -> bytes:
        """The ids as `lines_of` has them."""
        if self._are_others or len(self._old) > _FEW:
            return lines_of(self._shas)
        lines = self._lines
        for path, old in self._old.items():
            lines = lines.replace(_line(path, old), _line(path, self._shas[path]), 1)
        return lines

    @property
    def are_lines(self) -> bool:
        """Whether paths can be told from one another as lines."""
        return not any("\n" in path for path in self._shas)

    def encode(self) -> bytes:
        """The ids as bytes; for those that `are_lines`."""
        paths = sorted(self._shas)
        blobs, sizes = " ".join(map(self.blob, paths)), " ".join(str(self.size(path)) for path in paths)
        return packed([lines_of(self._shas), blobs.encode(), sizes.encode()])

    @classmethod
    def decode(cls, data: bytes) -> "FileIds":
        """The ids that were encoded."""
        lines, blobs, sizes = unpacked(data)
        return cls(lines, blobs, sizes)


def _words(lines: bytes) -> list[str]:
    """Paths and their SHA-256 in turn, and an empty text at the end."""
    return lines.decode("utf-8", "surrogateescape").replace("\n", "\0").split("\0")


def _line(path: str, sha: str) -> bytes:
    return f"{path}\0{sha}\n".encode("utf-8", "surrogateescape")
