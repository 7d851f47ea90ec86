"""What the system tells of the entries of folders without opening a file, looked at once however many ask.

A look lasts for the run: a digest of all of it, and the search for what changed, go over the same look. As in git's
index, an entry whose time of change is not older than the look counts as unknown: it can change once more without
another time. Imports next to nothing.
"""

import os
import time
from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:  # The module of that name takes longer to import than all the rest.
    from collections.abc import Callable, Collection, Iterator

FOLDER, LINK = 0o040000, 0o120000
"""Kinds of entries, as modes tell them."""

META = ".hnp"
"""The only hidden folder that anything is read from."""

DEEPEST = 100
KIND = 0o170000
WIDTH = 5
"""How many numbers an entry has: mode, size, times of modification and change, inode."""

_CHANGED = 3
_SECOND = 1_000_000_000
_TICK, COARSE_TICK = _SECOND // 20, 5 * _SECOND // 2
"""How long two changes may look as if they were made at once; where a file system counts whole seconds, longer."""

_BLANK = [0] * (WIDTH - 1)
_FEW = 1000
"""So many entries are looked at before somebody else could begin."""


def is_settled(changed: int, since: int) -> bool:
    """Whether what changed last at some time cannot change at `since` or later without another time."""
    return changed < since - (_TICK if changed % _SECOND else COARSE_TICK)


def _numbers(descriptor: int, names: list[str]) -> list[int]:
    """The numbers of some entries of a folder: the loop that a run in which nothing changed consists of."""
    stat, found = os.stat, list[int]()
    for name in names:
        seen = stat(name, dir_fd=descriptor, follow_symlinks=False)
        found += (seen.st_mode, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)
    return found


class Folder:
    """The entries of a folder, in the order of their names, which `listed` has as bytes.

    `marks` has the numbers of all entries, one after the other; a folder has nothing but its mode. `modified`: the time
    of the folder itself, from before the look; `newest`: the last change of the folder and of anything in it.
    `folders` and `links`: the names of those; hidden folders do not count.
    """

    __slots__ = ("_names", "folders", "links", "listed", "marks", "modified", "newest")

    def __init__(self, listed: bytes, marks: "array[int]", modified: int, changed: int) -> None:
        self.listed, self.marks, self.modified = listed, marks, modified
        self._names: list[str] | None = None
        self.folders: list[str] = []
        self.links: list[str] = []
        modes = marks[::WIDTH]
        if any(mode & KIND in (FOLDER, LINK) for mode in set(modes)):
            self._sort(modes)
        self.newest = max(changed, max(marks[_CHANGED::WIDTH], default=0))

    def fields(self) -> tuple[bytes, bytes, int, int, list[str], list[str]]:
        """All that it is made of, for another process."""
        return self.listed, self.marks.tobytes(), self.modified, self.newest, self.folders, self.links

    @classmethod
    def of(cls, fields: tuple[bytes, bytes, int, int, list[str], list[str]]) -> "Folder":
        """The folder that has these fields."""
        listed, marks, modified, newest, folders, links = fields
        found = cls(listed, array("q"), modified, newest)
        found.marks.frombytes(marks)
        found.folders, found.links = folders, links
        return found

    @property
    def names(self) -> list[str]:
        """The names, which few runs need."""
        if self._names is None:
            self._names = self.listed.decode("utf-8", "surrogateescape").split("\0") if self.marks else []
        return self._names

    def _sort(self, modes: "array[int]") -> None:
        """Take folders and links out; what a folder was like when it was looked into counts, and nothing else of it."""
        for number, (name, mode) in enumerate(zip(self.names, modes, strict=True)):
            if mode & KIND == LINK:
                self.links.append(name)
            elif mode & KIND == FOLDER:
                self.marks[number * WIDTH + 1 : (number + 1) * WIDTH] = array("q", _BLANK)
                if name[0] != "." or name == META:
                    self.folders.append(name)

    def settled(self, now: int) -> bytes:
        """The numbers as bytes; of entries that can change once more after `now` without another time only the mode."""
        if is_settled(self.newest, now - COARSE_TICK):
            return self.marks.tobytes()
        marks = self.marks[:]
        for number, changed in enumerate(self.marks[_CHANGED::WIDTH]):
            if changed and not is_settled(changed, now):
                marks[number * WIDTH + 1 : (number + 1) * WIDTH] = array("q", _BLANK)
        return marks.tobytes()


def look_into(path: str) -> Folder:
    """What lies in a folder now. Raises OSError, and OverflowError for numbers that no file system should give."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        own = os.stat(descriptor)  # noqa: PTH116 - a Path costs more than all the rest
        names = sorted(os.listdir(descriptor))  # noqa: PTH208 - see above
        marks = array("q", _numbers(descriptor, names))
    finally:
        os.close(descriptor)
    listed = "\0".join(names).encode("utf-8", "surrogateescape")
    return Folder(listed, marks, own.st_mtime_ns, own.st_ctime_ns)


def _nothing(_: bool) -> dict[str, Folder]:
    return {}


class Look:
    """Folders as they were when they were first asked for. `expect` leaves some to somebody else.

    `program`: the digest of what was seen of this program, and its last change; None: nobody looked at it.
    """

    __slots__ = ("_expected", "_folders", "_gather", "began", "program")

    def __init__(self) -> None:
        self._folders: dict[str, Folder] = {}
        self._expected: Collection[str] = ()
        self._gather: Callable[[bool], dict[str, Folder]] = _nothing
        self.began = time.time_ns()
        self.program: tuple[str, int] | None = None

    def renew(self) -> None:
        """Forget what was seen: it is looked at again."""
        self.gather(is_needed=False)
        self._folders.clear()
        self.program = None
        self.began = time.time_ns()

    def expect(self, paths: "Collection[str]", found: "Callable[[bool], dict[str, Folder]]") -> None:
        """Somebody looks into some folders from now on: `found` waits for that and gives what was found.

        It is told whether that is needed: then it may look into some of them itself.
        """
        self._expected, self._gather = paths, found

    def afterwards(self, action: "Callable[[], object]") -> None:
        """Do something when nobody else is at work any more: when what was expected is taken, or now."""
        gather = self._gather

        def both(is_needed: bool) -> dict[str, Folder]:
            try:
                return gather(is_needed)
            finally:
                action()

        self._gather = both
        if not self._expected:
            self.gather()

    def gather(self, *, is_needed: bool = True) -> None:
        """Take what was expected, so that nobody is at work any more."""
        self._expected, gather = (), self._gather
        self._gather = _nothing
        self._folders = {**gather(is_needed), **self._folders}

    def folder(self, path: str) -> Folder:
        """What lies in a folder. Raises OSError, and OverflowError for numbers that no file system should give."""
        if path in self._expected:
            self.gather()
        found = self._folders.get(path)
        if found is None:
            found = self._folders[path] = look_into(path)
        return found

    def known(self) -> list[tuple[str, int]]:
        """The folders, each with its last change, the latest first; none where too few entries lie in them for help.

        What changed last is what is most likely to change next.
        """
        if sum(len(folder.marks) for folder in self._folders.values()) <= _FEW * WIDTH:
            return []
        found = ((path, folder.newest) for path, folder in self._folders.items())
        return sorted(found, key=lambda item: item[1], reverse=True)

    def latest(self) -> str:
        """The entry that changed last in the folder that is `known` as the first; "" if there is none."""
        for path, newest in self.known()[:1]:
            folder = self._folders[path]
            changes = folder.marks[_CHANGED::WIDTH]
            return f"{path.rstrip('/')}/{folder.names[changes.index(newest)]}" if newest in changes else ""
        return ""

    def below(self, root: str, besides: str = "") -> "Iterator[tuple[str, Folder]]":
        """A folder and all that count below it, each with its path from `root` and a slash; "" is the root itself.

        Folders named `besides` do not count. Raises what `folder` raises, and OSError where folders lie in one another
        without end.
        """
        root = os.path.realpath(root)
        waiting = [""]
        while waiting:
            prefix = waiting.pop()
            if prefix.count("/") > DEEPEST:
                raise OSError(f"too many folders in one another: {root}/{prefix}")
            found = self.folder(f"{root}/{prefix}")
            yield prefix, found
            waiting += [f"{prefix}{name}/" for name in found.folders if name != besides]
