"""All entries of a directory with what the system tells of them, without opening any: to see which files changed.

Takes a look at the directory; gives it as bytes to be kept, and later what differs from those.
"""

from array import array
from bisect import bisect_left

from fgd_sync.adapters.listing import KIND, WIDTH, Look
from fgd_sync.adapters.sealed import packed, unpacked

_FILE = 0o100000


class Entries:
    """The entries of a directory and of the folders in it; of hidden folders only that they are there.

    `newest`: the last change of any.
    """

    __slots__ = ("_began", "_folders", "newest")

    def __init__(self, look: Look, directory: str) -> None:
        """Look at a directory. Raises OSError and OverflowError where that cannot be done."""
        self._folders, self._began = dict(look.below(directory)), look.began
        self.newest = max(folder.newest for folder in self._folders.values())

    def __contains__(self, path: object) -> bool:
        folder, slash, name = str(path).rpartition("/")
        found = self._folders.get(folder + slash)
        names = found.names if found else []
        place = bisect_left(names, name)
        return place < len(names) and names[place] == name

    def __len__(self) -> int:
        return sum(len(folder.names) for folder in self._folders.values())

    def modified(self, folder: str) -> int:
        """When entries of a folder at the top came or went last, as it was before the look; 0: there is no folder."""
        found = self._folders.get(f"{folder}/")
        return found.modified if found else 0

    def encode(self) -> bytes:
        """The entries as bytes."""
        fields = (
            field
            for prefix, folder in self._folders.items()
            for field in (_encoded(prefix), folder.listed, folder.settled(self._began))
        )
        return packed(list(fields))

    def differing(self, earlier: bytes) -> dict[str, bool] | None:
        """The files that may differ from what was encoded earlier, each with whether it is new among the names.

        None where other things than files came, went or changed.
        """
        fields = unpacked(earlier)
        known = dict(zip(map(_decoded, fields[::3]), zip(fields[1::3], fields[2::3], strict=True), strict=True))
        if known.keys() != self._folders.keys():
            return None
        found: dict[str, bool] = {}
        for prefix, folder in self._folders.items():
            if known[prefix] == (folder.listed, folder.marks.tobytes()):
                continue
            old, new = _rows(*known[prefix]), _rows(folder.listed, folder.marks.tobytes())
            names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
            if any(not _are_files(old.get(name), new.get(name)) for name in names):
                return None
            found |= {prefix + name: name not in old for name in names}
        return found


def _rows(names: bytes, marks: bytes) -> dict[str, bytes]:
    """The numbers of each entry, as bytes."""
    size = WIDTH * array("q").itemsize
    rows = (marks[start : start + size] for start in range(0, len(marks), size))
    return dict(zip(_decoded(names).split("\0") if names else (), rows, strict=True))


def _are_files(old: bytes | None, new: bytes | None) -> bool:
    """Whether an entry is a file, before and now, with the same permissions; None: it is not there."""
    modes = {array("q", row)[0] for row in (old, new) if row}
    return len(modes) == 1 and all(mode & KIND == _FILE for mode in modes)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
