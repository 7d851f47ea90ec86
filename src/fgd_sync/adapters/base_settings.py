"""The settings as a base revision has them, where what is checked changes them.

Takes the repository, the revision and where the command was started; gives `Settings`, or None where the file in force
was the same. Writes nothing.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fgd_sync.adapters.configuration import beginning_of, places_of, settings_of
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError

if TYPE_CHECKING:
    from fgd_sync.ports import Repository


def base_settings(
    repository: "Repository", revision: str, explicit: Path | None, overrides: Mapping[str, Any]
) -> Settings | None:
    """The settings at a revision; None where they are the same, or cannot be known: outside of a repository, or broken.

    `explicit` and `overrides`: as for `load_settings`.
    """
    here = Path.cwd().resolve()
    root = repository.root(here)
    if root is None:
        return None
    places = [Path(os.path.normpath(here / explicit))] if explicit else places_of(here)
    inside = [path for path in places if path.is_relative_to(root)]
    now = {path.relative_to(root).as_posix(): _content(path) for path in inside if path.is_file()}
    with suppress(FgdError):
        endings = tuple({path.name.lower() for path in inside})
        old = repository.earlier(root, revision, now, folder="", endings=endings)
        names = [path.relative_to(root).as_posix() for path in inside]
        if any(name in old for name in names):
            found = (old.get(name, now.get(name, b"")) for name in names)
            return settings_of(next(filter(None, found), b""), overrides, os.environ)
    return None


def _content(path: Path) -> bytes:
    """The content of a file; of one behind a link nothing: that differs from whatever the base has there."""
    return beginning_of(path) if path.resolve() == path else b""
