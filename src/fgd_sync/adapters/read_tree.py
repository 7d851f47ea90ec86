"""Reads a fabric directory whole: what an interrupted run has decided is laid over what was read.

A directory that another run changes meanwhile is read again: who only reads sees the old or the new state, never a
mixture.
"""

import os
import time
from pathlib import Path

from fgd_sync.adapters.leftovers import INDEX, pending
from fgd_sync.adapters.os_errors import readable
from fgd_sync.adapters.root import Root, open_root
from fgd_sync.adapters.walk import Walk
from fgd_sync.model.code import SYNC_ALREADY_IN_PROGRESS
from fgd_sync.model.failure import FgdError
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.tree import Tree
from fgd_sync.planning.place import META
from fgd_sync.planning.readable import JOURNAL

_ATTEMPTS = 40
_PAUSE = 0.05


def read_tree(directory: Path, *, max_file_bytes: int, extensions: tuple[str, ...], spread: Spread = in_turn) -> Tree:
    """Read all files under raw/, managed/, unmanaged/ and .hnp/, and elsewhere those with one of the extensions.

    A file of more than `max_file_bytes` is not read, but for the archive log. `spread` may read in other processes.
    Raises FgdError for a directory that is not there or cannot be read, for a damaged disk, and if other runs change
    the directory without end.
    """
    with open_root(directory, "read") as root:
        for _ in range(_ATTEMPTS):
            before = _stamp(root)
            tree = _read_once(root, Walk(directory, max_file_bytes, extensions, spread=spread))
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
        walk.run(root)
        is_left_alone = pending(root) is None and _stamp(root) == before
    return (Tree(walk.files, walk.obstacles), walk.known) if is_left_alone else None


def _read_once(root: Root, walk: Walk) -> Tree:
    walk.run(root)
    intent = None if META in walk.obstacles else pending(root)
    if intent:
        from fgd_sync.adapters.overlay import Overlay  # only where there is something to lay over what was read

        Overlay(root, walk.files, walk.obstacles).lay(intent)
    return Tree(walk.files, walk.obstacles)


def _stamp(root: Root) -> tuple[object, ...]:
    """Differs from an earlier one if a run decided or made changes in between."""
    root.close_folders(0)  # Another run removes the journal and makes it anew: a folder held open could be an old one.
    journal_now, index = _mark(root, JOURNAL), _mark(root, INDEX)
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
