"""Files that a run leaves for later steps and for people: reports in the workspace. Never through a link.

A step in a container runs as root while the workspace belongs to somebody else: what is made here is given to the owner
of the workspace, so that later steps and the clean-up of a self-hosted runner can go on with it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from fgd_sync.adapters.os_errors import in_words
from fgd_sync.adapters.root import give_back
from fgd_sync.model.code import UNSAFE_PATH
from fgd_sync.model.failure import FgdError

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


def write_report(root: Path, name: str, text: str) -> None:
    """Write a file at a path below `root`, with its folders. Raises FgdError."""
    with open_report(root, name) as stream, in_words("write", name):
        stream.write(text)


@contextmanager
def open_report(root: Path, name: str) -> Iterator[TextIO]:
    """A file at a path below `root`, made with its folders, to write text to. Raises FgdError."""
    path, top = root / name, root.resolve()
    place = path.parent.resolve()
    if not place.is_relative_to(top) or ".git" in place.relative_to(top).parts:
        raise FgdError(UNSAFE_PATH, f"{name} leads out of the workspace, or into .git, through a link")
    with in_words("write", name):
        new = [item for item in (path, *path.parents) if item.is_relative_to(root) and not item.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = os.fdopen(os.open(path, _FLAGS, 0o644), "w", encoding="utf-8", errors="replace", newline="")
        give_back(new, root)
    try:
        yield stream
    except BaseException:
        with suppress(OSError):
            stream.close()
        raise
    with in_words("write", name):
        stream.close()
