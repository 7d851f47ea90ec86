"""A helper process that looks into folders while this one looks into others: the system takes most of the time for it.

Is for a process that has done nothing yet: forking it takes less than a millisecond. What helps is never needed: where
there can be no helper, or it fails, this process looks for itself. Imports next to nothing.
"""

import os
import sys
from array import array

from fgd_sync.adapters.listing import Folder, Look, look_into
from fgd_sync.adapters.sealed import packed, unpacked


def look_ahead(look: Look, theirs: list[str], ours: list[str]) -> None:
    """Look into some folders while a helper looks into others, if there is a core for it. Raises what a look raises."""
    if not theirs or not _can_help():
        return
    box = os.memfd_create("look")
    try:
        process = os.fork()
    except OSError:
        os.close(box)
        return
    if not process:
        _help(box, theirs)
    look.expect(frozenset(theirs), lambda: _found(process, box))
    for path in ours:
        look.folder(path)


def _can_help() -> bool:
    """Whether there are two cores, a box that both processes see, and no thread that a fork would leave behind."""
    threading = sys.modules.get("threading")
    is_alone = threading is None or threading.active_count() == 1
    return is_alone and hasattr(os, "memfd_create") and len(os.sched_getaffinity(0)) > 1


def _help(box: int, paths: list[str]) -> None:
    """The life of the helper; never returns."""
    status = 1
    try:
        folders = [(path, look_into(path)) for path in paths]
        with os.fdopen(box, "wb") as file:
            file.write(packed([field for path, folder in folders for field in _fields(path, folder)]))
        status = 0
    finally:
        os._exit(status)


def _fields(path: str, folder: Folder) -> list[bytes]:
    marks, times = folder.marks.tobytes(), array("q", [folder.modified, folder.newest]).tobytes()
    return [path.encode("utf-8", "surrogateescape"), folder.listed, marks, times]


def _found(process: int, box: int) -> dict[str, Folder]:
    """What the helper found; nothing if it failed."""
    with os.fdopen(box, "rb") as file:
        _, status = os.waitpid(process, 0)
        if status:
            return {}
        file.seek(0)
        fields = unpacked(file.read())
    return {
        path.decode("utf-8", "surrogateescape"): Folder(listed, array("q", marks), *array("q", times))
        for path, listed, marks, times in zip(*(fields[start::4] for start in range(4)), strict=True)
    }
