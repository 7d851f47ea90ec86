"""Whether a directory still holds what a plan was made from, and by what a file that was compared is known later on.

Takes an open fabric directory and what paths are expected to hold; raises FgdError. Knows nothing of what is to be
done.
"""

import os
import stat
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fgd_sync.adapters.intent import Content, Unread
from fgd_sync.adapters.listing import is_settled
from fgd_sync.adapters.os_errors import readable
from fgd_sync.adapters.root import NO_FILE, Root
from fgd_sync.model.code import PLAN_OUTDATED
from fgd_sync.model.failure import FgdError

Stamp = int
"""Inode, size and times of a file as one number: a write gives it another, if some time lies between."""

Present = bytes | Unread
"""What is expected of a file that is there."""

_WORTH_A_LISTING = 32
"""For so many names of one folder it is quicker to list the folder than to ask for each."""


def outdated(path: str, what: str) -> FgdError:
    """The failure of a plan that does not fit the directory any more."""
    return FgdError(PLAN_OUTDATED, f"nothing was changed: {readable(path)} {what} since the plan was made")


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file of which the system told that."""
    return hash((status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


def compare(root: Root, expected: Mapping[str, Content]) -> dict[str, Stamp]:
    """Raise FgdError PLAN_OUTDATED unless all paths hold what is expected of them; give what `compare_files` gives."""
    refuse_new(root, expected)
    return compare_files(root, files_in(expected))


def files_in(expected: Mapping[str, Content]) -> list[tuple[str, Present]]:
    """The paths where a file is expected, and what of it."""
    return [(path, content) for path, content in expected.items() if content is not None]


def refuse_new(root: Root, expected: Mapping[str, Content]) -> None:
    """Raise FgdError PLAN_OUTDATED if something stands where nothing is expected."""
    for path in _there(root, [path for path, content in expected.items() if content is None]):
        raise outdated(path, "has appeared")


def compare_files(root: Root, files: Iterable[tuple[str, Present]]) -> dict[str, Stamp]:
    """Raise FgdError PLAN_OUTDATED unless all files hold what is expected of them.

    Gives the stamps of files whose bytes were compared, and which cannot be written without getting another stamp.
    """
    began, stamps = time.time_ns(), {}
    for path, content in files:
        status = _compared(root, path, content)
        if is_settled(status.st_ctime_ns, began):
            stamps[path] = stamp(status)
    return stamps


def _there(root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Those of the paths where something stands, as far as names are compared by their letters."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folder, _, name = path.rpartition("/")
        folders[folder].append(name)
    for folder, names in folders.items():
        start = f"{folder}/" if folder else ""
        if len(names) < _WORTH_A_LISTING:
            yield from (start + name for name in names if root.stat(start + name) is not None)
        else:
            yield from (start + name for name in set(names).intersection(root.names(folder)))


def _compared(root: Root, path: str, content: Present) -> os.stat_result:
    """What the system tells of a file that holds what is expected. Raises FgdError."""
    found = _read(root, path, content) if isinstance(content, bytes) else None
    if found and found[0] == content:
        return found[1]
    status = root.stat(path)
    if status is None:
        raise outdated(path, "has been removed")
    if isinstance(content, bytes) or not stat.S_ISREG(status.st_mode):
        raise outdated(path, "has changed")
    return status


def _read(root: Root, path: str, content: bytes) -> tuple[bytes, os.stat_result] | None:
    try:
        return root.read_of_size(path, len(content))
    except OSError as error:
        if error.errno in NO_FILE:
            return None
        raise
