"""All entries of a directory with what the system tells of them, without opening any: to see which files changed.

As in git's index, an entry whose time of change is not older than the look at it counts as unknown: it can change once
more without another time.
"""

import os
import stat
import time
from array import array
from collections.abc import Iterator

from fgd_sync.adapters.fingerprint import COARSE_TICK, is_settled
from fgd_sync.adapters.sealed import packed, unpacked

_META = ".hnp"
_DEEPEST = 100


class Entries:
    """The entries of a directory and the folders in it, in one order; of hidden folders only that they are there.

    `paths` are relative. `marks`: by path in their order size, times of modification and change, and inode, each in a
    list; 0 for folders and for what is not settled. `modes` has type and permissions. `newest`: the last change of any.
    """

    __slots__ = ("marks", "modes", "newest", "paths")

    def __init__(self, paths: list[str], modes: list[int], marks: list[list[int]]) -> None:
        self.paths, self.modes, self.marks = paths, modes, marks
        self.newest = 0

    @classmethod
    def of(cls, root: str) -> "Entries | None":
        """The entries now; None where they cannot be told. Raises OSError."""
        made, now = cls([], [], [[], [], [], []]), time.time_ns()
        if not made._folder(root, "", 0):
            return None
        made.newest = max(made.marks[2], default=0)
        made._forget_unsettled(now)
        return made

    def _folder(self, root: str, prefix: str, depth: int) -> bool:
        sizes, modified, changed, inodes = self.marks
        folders = []
        for name in sorted(os.listdir(f"{root}/{prefix}")):  # noqa: PTH208 - a Path for each entry costs too much
            path = prefix + name
            status = os.lstat(f"{root}/{path}")
            self.paths.append(path)
            self.modes.append(status.st_mode)
            if stat.S_ISDIR(status.st_mode):
                for column in self.marks:
                    column.append(0)
                if name[0] != "." or path == _META:
                    folders.append(f"{path}/")
                continue
            sizes.append(status.st_size)
            modified.append(status.st_mtime_ns)
            changed.append(status.st_ctime_ns)
            inodes.append(status.st_ino)
        return depth < _DEEPEST and all(self._folder(root, folder, depth + 1) for folder in folders)

    def _forget_unsettled(self, now: int) -> None:
        if is_settled(self.newest, now - COARSE_TICK):
            return
        for number, changed in enumerate(self.marks[2]):
            if changed and not is_settled(changed, now):
                for column in self.marks:
                    column[number] = 0

    def touched_since(self, earlier: "Entries") -> list[str] | None:
        """The files that may differ from earlier; None if other entries are there, or of another sort."""
        if self.paths != earlier.paths or self.modes != earlier.modes:
            return None
        odd = {number for number, inode in enumerate(self.marks[3]) if not inode}
        for old, new in zip(earlier.marks, self.marks, strict=True):
            odd.update(_differences(old, new))
        return [self.paths[number] for number in sorted(odd) if not stat.S_ISDIR(self.modes[number])]

    def encode(self) -> bytes:
        """The entries as bytes."""
        names = "\0".join(self.paths).encode("utf-8", "surrogateescape")
        return packed([names, *(array("q", column).tobytes() for column in (self.modes, *self.marks))])

    @classmethod
    def decode(cls, data: bytes) -> "Entries":
        """The entries that were encoded."""
        names, *columns = unpacked(data)
        modes, *marks = [array("q", column).tolist() for column in columns]
        return cls(names.decode("utf-8", "surrogateescape").split("\0") if names else [], modes, marks)


def _differences(old: list[int], new: list[int]) -> Iterator[int]:
    return (number for number, (one, other) in enumerate(zip(old, new, strict=True)) if one != other)
