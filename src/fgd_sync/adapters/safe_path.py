"""Which paths a plan may write to: none that lead out of the fabric directory, or to where other programs are steered.

Takes the text of a path; looks at no file system.
"""

import os
from collections.abc import Iterable, Sequence
from itertools import islice

from fgd_sync.adapters.os_errors import readable
from fgd_sync.model.code import UNSAFE_PATH
from fgd_sync.model.failure import FgdError
from fgd_sync.model.pattern import pattern
from fgd_sync.planning.place import KEEP_FILE, META

_PLAIN = pattern(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*")
"""Most paths are: nothing hidden, nothing odd."""

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/"
_ODD = ("//", "/.", "/-")
"""What is in no plain path that has a slash before and after it."""

_PART = 1000


def check_path(path: str) -> None:
    """Raise FgdError for a path that may not be written: one that leads out of the fabric, or to a hidden place.

    Hidden folders but `.hnp`, and the files that git obeys, are refused: they could make git run a program.
    """
    if _PLAIN.fullmatch(path):
        return
    *folders, name = path.split("/")
    inside = folders[1:] if folders[:1] == [META] else folders
    if any(not part or part.startswith(".") for part in inside) or _is_odd(name, folders) or not _can_be(path):
        raise FgdError(UNSAFE_PATH, f"{readable(path)!r} is not a path that may be written in a fabric directory")


def check_paths(paths: Iterable[str]) -> None:
    """Raise what `check_path` raises for the first of many paths that it refuses."""
    waiting = iter(paths)
    while some := list(islice(waiting, _PART)):
        if not are_plain(some):
            for path in some:
                check_path(path)


def are_plain(paths: Sequence[str]) -> bool:
    """Whether all paths are like most: the same pattern, tried on all of them at once."""
    text = "/".join(("", *paths, ""))
    return text.isascii() and not text.encode().translate(None, _LETTERS) and not any(pair in text for pair in _ODD)


def _can_be(path: str) -> bool:
    """Whether a file system can have a path with these letters."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def _is_odd(name: str, folders: list[str]) -> bool:
    of_git = name.lower().startswith(".git") and name != KEEP_FILE and folders != [META]
    of_journal = name.startswith(".journal") and folders == [META]
    return name in ("", ".", "..") or of_git or of_journal or (name == META and not folders)
