"""All entries of a directory with what the system tells of them, without opening any: to see which files changed.

Takes a look at the directory; gives it as bytes to be kept, and later what differs from those.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

from fgd_sync.adapters.listing import KIND, WIDTH, Look
from fgd_sync.adapters.sealed import packed, unpacked

_FILE = 0o100000

_Listing = tuple[bytes, bytes]
"""The names in a folder, and their numbers."""


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
            for name, old, new in _pairs(known[prefix], (folder.listed, folder.marks.tobytes())):
                if not _are_files(old, new):
                    return None
                found[prefix + name] = old is None
        return found


def _pairs(old: _Listing, new: _Listing) -> Iterator[tuple[str, bytes | None, bytes | None]]:
    """The names that differ, each with its numbers before and now; None: it was not there."""
    if old[0] == new[0]:
        rows = zip(_names(new[0]), _rows(old[1]), _rows(new[1]), strict=True)
        yield from (row for row in rows if row[1] != row[2])
        return
    before, now = (dict(zip(_names(names), _rows(marks), strict=True)) for names, marks in (old, new))
    for name in {**before, **now}:
        if before.get(name) != now.get(name):
            yield name, before.get(name), now.get(name)


def _names(listed: bytes) -> list[str]:
    return _decoded(listed).split("\0") if listed else []


def _rows(marks: bytes) -> list[bytes]:
    """The numbers of each entry, as bytes."""
    size = WIDTH * array("q").itemsize
    return [marks[start : start + size] for start in range(0, len(marks), size)]


def _are_files(old: bytes | None, new: bytes | None) -> bool:
    """Whether an entry is a file, before and now, with the same permissions; None: it is not there."""
    modes = {array("q", row)[0] for row in (old, new) if row}
    return len(modes) == 1 and all(mode & KIND == _FILE for mode in modes)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
