"""Fabric directories on the local file system, behind the port `Workspace`.

Reads a directory into a `Tree`. What an interrupted run has decided is laid over what was read, and a directory that
another run changes meanwhile is read again: a command that only reads sees the old or the new state, never a mixture.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fgd_sync.adapters import journal, lock
from fgd_sync.adapters.carry_out import JOURNAL
from fgd_sync.adapters.os_errors import in_words, readable
from fgd_sync.adapters.overlay import Overlay
from fgd_sync.adapters.root import Root, give_back, open_root
from fgd_sync.adapters.walk import Knows, Walk
from fgd_sync.model.change import Change
from fgd_sync.model.code import SYNC_ALREADY_IN_PROGRESS
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.spread import Spread
from fgd_sync.model.tree import Tree
from fgd_sync.planning.place import META

if TYPE_CHECKING:  # A check needs few of the ports, and nothing of what the others are about.
    from fgd_sync.adapters.shelf import Cache
    from fgd_sync.ports import Clock

_ATTEMPTS = 40
_PAUSE = 0.05
_MANY = 2000
"""For so many changes it pays to make them with two processes."""

_FRESH = 10_000_000_000
"""For so long, in nanoseconds, a look at a directory is as good as one from the moment when reading begins."""


class LocalWorkspace:
    """The file system of this computer. `cache`: where is remembered what was found in directories.

    `spread` may do part of much work in other processes. `newest`: the last time of change in directories that were
    read with a cache, in nanoseconds.
    """

    def __init__(self, cache: "Cache | None" = None, spread: Spread | None = None) -> None:
        self._cache, self._spread, self.newest = cache, spread, 0
        self._read: set[Path] = set()

    def read(self, directory: Path, settings: IngestionSettings) -> Tree:
        """The files of a fabric directory, as they are once an interrupted run is completed. Raises FgdError."""
        limit, extensions = settings.max_file_size_mb * 1024 * 1024, settings.supported_extensions

        def reread() -> Tree:
            return read_tree(directory, max_file_bytes=limit, extensions=extensions)

        def unknown(knows: Knows) -> tuple[Tree, list[str]] | None:
            return read_unknown(Walk(directory, limit, extensions, knows))

        if self._cache is None:
            return reread()
        from fgd_sync.adapters.remembered import remembered

        if directory in self._read or time.time_ns() - self._cache.look.began > _FRESH:
            self._cache.look.renew()
        self._read.add(directory)
        tree, newest = remembered(self._cache, directory, reread, settings, unknown=unknown)
        self.newest = max(self.newest, newest)
        return tree

    def read_file(self, directory: Path, path: str) -> bytes | None:
        """The bytes of one file of a fabric, of any size; None if it is not there. Raises FgdError."""
        with open_root(directory, "read") as root:
            return root.read(path)

    def make_directory(self, directory: Path) -> None:
        """Make an empty directory, with its parents, unless it is there. Raises FgdError."""
        with in_words("make the directory", directory):
            missing = [path for path in (directory, *directory.parents) if not path.exists()]
            directory.mkdir(parents=True, exist_ok=True)
            if missing:
                give_back(missing, missing[-1].parent)

    @contextmanager
    def hold(self, directory: Path, wait_seconds: float, clock: "Clock") -> Iterator[None]:
        """Be alone at work on a fabric directory. Raises FgdError SYNC_ALREADY_IN_PROGRESS."""
        with lock.hold(directory, wait_seconds, clock) as waited:
            if waited and self._cache:
                self._cache.look.renew()
            yield

    def recover(self, directory: Path) -> bool:
        """Complete what an interrupted run began; whether there was anything. Raises FgdError."""
        return journal.recover(directory)

    def make(self, directory: Path, changes: Sequence[Change], keep: frozenset[str]) -> None:
        """Make the changes, all or none. `keep`: folders that stay when they are empty. Raises FgdError."""
        journal.make(directory, changes, keep, self._spread if len(changes) >= _MANY else None)


def read_tree(directory: Path, *, max_file_bytes: int, extensions: tuple[str, ...]) -> Tree:
    """Read all files under raw/, managed/, unmanaged/ and .hnp/, and elsewhere those with one of the extensions.

    A file of more than `max_file_bytes` is not read, but for the archive log. Raises FgdError for a directory that is
    not there or cannot be read, for a damaged disk, and if other runs change the directory without end.
    """
    with open_root(directory, "read") as root:
        for _ in range(_ATTEMPTS):
            before = _stamp(root)
            tree = _read_once(root, Walk(directory, max_file_bytes, extensions))
            if _stamp(root) == before:
                return tree
            time.sleep(_PAUSE)
    raise FgdError(SYNC_ALREADY_IN_PROGRESS, f"another run keeps changing {readable(directory)} while it is read")


def read_unknown(walk: Walk) -> tuple[Tree, list[str]] | None:
    """The files that a walk does not know, and the paths of those that it does. Raises FgdError.

    None where a run is changing the directory, or was interrupted: then all has to be read.
    """
    with open_root(walk.directory, "read") as root:
        before = _stamp(root)
        walk.run(root.descriptor)
        root.close_folders(0)
        is_left_alone = journal.pending(root) is None and _stamp(root) == before
    return (Tree(walk.files, walk.obstacles), walk.known) if is_left_alone else None


def _read_once(root: Root, walk: Walk) -> Tree:
    walk.run(root.descriptor)
    root.close_folders(0)
    intent = None if META in walk.obstacles else journal.pending(root)
    if intent:
        Overlay(root, walk.files, walk.obstacles).lay(intent)
    return Tree(walk.files, walk.obstacles)


def _stamp(root: Root) -> tuple[object, ...]:
    """Differs from an earlier one if a run decided or made changes in between."""
    root.close_folders(0)  # Another run removes the journal and makes it anew: a folder held open could be an old one.
    journal_now, index = _mark(root, JOURNAL), _mark(root, journal.INDEX)
    # Without an index the journal is being filled or emptied: that changes nothing that is read.
    at_work = journal_now if index else journal_now and journal_now[0]
    return os.fstat(root.descriptor).st_mtime_ns, _mark(root, META), at_work, index


def _mark(root: Root, path: str) -> tuple[int, int] | None:
    """Inode and time of an entry; None if there is none that can be looked at."""
    try:
        status = root.stat(path)
    except OSError:
        return None
    return (status.st_ino, status.st_mtime_ns) if status else None
