"""Fabric directories on the local file system, behind the port `Workspace`.

Whoever only reads, and remembers what was found, needs nothing of what locks, writes, and reads a directory whole.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fgd_sync.adapters.leftovers import has_leftovers
from fgd_sync.adapters.os_errors import in_words
from fgd_sync.adapters.root import give_back, open_root
from fgd_sync.model.change import Change
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.tree import Tree
from fgd_sync.planning.place import META

if TYPE_CHECKING:  # A check needs few of the ports, and nothing of what the others are about.
    from fgd_sync.adapters.shelf import Cache
    from fgd_sync.adapters.walk import Knows
    from fgd_sync.ports import Clock

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
            from fgd_sync.adapters.read_tree import read_tree

            return read_tree(directory, max_file_bytes=limit, extensions=extensions, spread=self._spread or in_turn)

        def unknown(knows: "Knows") -> tuple[Tree, list[str]] | None:
            from fgd_sync.adapters.read_tree import read_unknown
            from fgd_sync.adapters.walk import Walk

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
        from fgd_sync.adapters import lock

        if self._cache:
            self._cache.look.gather()  # An answer that was about to be given holds the directory while it is looked at.
        with lock.hold(directory, wait_seconds, clock) as waited:
            if waited and self._cache:
                self._cache.look.renew()
            yield

    def recover(self, directory: Path) -> bool:
        """Complete what an interrupted run began; whether there was anything. Raises FgdError."""
        with open_root(directory, "repair") as root:
            if root.names(META) and not has_leftovers(root):
                return False
        from fgd_sync.adapters import journal

        return journal.recover(directory)

    def make(self, directory: Path, changes: Sequence[Change], keep: frozenset[str]) -> None:
        """Make the changes, all or none. `keep`: folders that stay when they are empty. Raises FgdError."""
        from fgd_sync.adapters import journal

        journal.make(directory, changes, keep, self._spread if len(changes) >= _MANY else None)
