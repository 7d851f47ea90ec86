"""A helper process that looks into folders while this one looks into others: the system takes most of the time for it.

Is for a process that has done nothing yet: forking it takes less than a millisecond. What helps is never needed: where
there can be no helper, or it fails, this process looks for itself. Imports next to nothing.
"""

import os
import sys
from marshal import dumps, loads

from fgd_sync.adapters.listing import Folder, Look, look_into

_OURS, _THEIRS, _CHANGED = b"o", b"t", b"c"
"""Marks on the board of both: who looks into a folder; behind those, that one was seen to have changed."""


def look_ahead(look: Look, known: list[tuple[str, int]], latest: str = "") -> bool:
    """Look into folders together with a helper, if there is a core for it; whether one changed since it was `known`.

    Known are folders with their last changes. This process begins with the first of them, the helper with the last.
    Once a change was seen the rest is left to the helper, and this process may go on: at once where the entry that was
    the `latest` to change, or its folder, did so again. When it needs what the helper is to see, it helps with what is
    left. Raises what a look raises.
    """
    if not known or not _can_help():
        return False
    box, board = os.memfd_create("look"), os.memfd_create("board")
    try:
        process = os.fork()
    except OSError:
        os.close(box)
        os.close(board)
        return False
    if not process:
        _help(box, board, known)
    done = 0
    try:
        if latest and _changed_after(known[0][1], latest):
            return True
        for place, (path, newest) in enumerate(known):
            if not _claimed(board, place, _OURS):
                return False
            done += 1
            if look.folder(path).newest != newest or os.pread(board, 1, len(known)):
                return True
        return False
    finally:
        left = [path for path, _ in known]

        def found(is_needed: bool) -> dict[str, Folder]:
            ours = _left(board, left, done) if is_needed else {}
            os.close(board)
            return {**ours, **_found(process, box)}

        look.expect(frozenset(left[done:]), found)


def _changed_after(moment: int, path: str) -> bool:
    """Whether an entry of a folder, or the folder itself, changed later than at some time, or is not there."""
    try:
        folder = os.path.dirname(path)  # noqa: PTH120 - a Path costs more than all the rest
        return max(os.lstat(place).st_ctime_ns for place in (path, folder)) > moment
    except OSError:
        return True


def _claimed(board: int, place: int, who: bytes) -> bool:
    """Whether a folder is left to look into; at the same moment both may find that it is, which costs little."""
    if os.pread(board, 1, place) in (_OURS, _THEIRS):
        return False
    os.pwrite(board, who, place)
    return True


def _left(board: int, paths: list[str], first: int) -> dict[str, Folder]:
    """What lies in the folders from some place on that the helper did not come to yet."""
    found = {}
    for place in range(first, len(paths)):
        if not _claimed(board, place, _OURS):
            break
        try:
            found[paths[place]] = look_into(paths[place])
        except (OSError, OverflowError):
            continue  # Whoever asks for it looks again.
    return found


def _can_help() -> bool:
    """Whether there are two cores, a box that both processes see, and no thread that a fork would leave behind."""
    threading = sys.modules.get("threading")
    is_alone = threading is None or threading.active_count() == 1
    return is_alone and hasattr(os, "memfd_create") and len(os.sched_getaffinity(0)) > 1


def _help(box: int, board: int, known: list[tuple[str, int]]) -> None:
    """The life of the helper; never returns."""
    status = 1
    try:
        folders = []
        for place in reversed(range(len(known))):
            if not _claimed(board, place, _THEIRS):
                break
            path, newest = known[place]
            folder = look_into(path)
            folders.append((path, folder))
            if folder.newest != newest:
                os.pwrite(board, _CHANGED, len(known))
        with os.fdopen(box, "wb") as file:
            file.write(dumps([(path, folder.fields()) for path, folder in folders]))
        status = 0
    finally:
        os._exit(status)


def _found(process: int, box: int) -> dict[str, Folder]:
    """What the helper found; nothing if it failed."""
    with os.fdopen(box, "rb") as file:
        _, status = os.waitpid(process, 0)
        if status:
            return {}
        file.seek(0)
        return {path: Folder.of(fields) for path, fields in loads(file.read())}  # noqa: S302 - it is our own
