"""The walk over a fabric directory: the files that planning needs, and the entries that cannot be read, and why.

Goes from directory descriptor to directory descriptor and follows no link. Hidden folders other than `.hnp` are passed
over, and so are fabrics inside the fabric. Then reads the files that it found. `fgd_sync.flow.commit_tree` reads the
same of a commit.
"""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from fgd_sync.adapters.os_errors import failure
from fgd_sync.adapters.root import FOLDER_FLAGS, Root
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.tree import Obstacle
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.place import ARCHIVE_LOG, MANIFEST
from fgd_sync.planning.readable import (
    DEEPEST,
    JOURNAL_DRAFT,
    is_lfs_pointer,
    is_passed_over,
    is_read_whole,
    is_utf8,
    may_hold_resources,
)

_COST = 50
"""What it costs to read a file from the disk, as parsing so many bytes."""

_REFUSED = {
    errno.EACCES: Obstacle.UNREADABLE,
    errno.EPERM: Obstacle.UNREADABLE,
    errno.ENAMETOOLONG: Obstacle.UNREADABLE,
    errno.ELOOP: Obstacle.LINK,
    errno.ENXIO: Obstacle.SPECIAL,
}


Knows = Callable[[str, os.stat_result], bool]
"""Whether the content of a file is known, by its path and what the system tells of it."""


@dataclass(slots=True)
class Walk:
    """One walk over the fabric at `directory`; the results are in `files` and `obstacles`.

    What it `knows` already is not read, and its path is in `known`; the paths of what is read are in `found`. `spread`
    may read files in other processes.
    """

    directory: Path
    max_file_bytes: int
    extensions: tuple[str, ...]
    knows: Knows | None = None
    spread: Spread = in_turn
    known: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    obstacles: dict[str, Obstacle] = field(default_factory=dict)

    def run(self, root: Root) -> None:
        """Walk. Raises FgdError for what is wrong with the disk, not for single entries that cannot be read."""
        self._folder(root.descriptor, "", 0)
        contents = self.spread(lambda path: self._content(root, path), self.found, [_COST] * len(self.found))
        for path, content in zip(self.found, contents, strict=True):
            if isinstance(content, bytes):
                self.files[path] = content
            elif content:
                self.obstacles[path] = content
        root.close_folders(0)

    def _folder(self, descriptor: int, prefix: str, depth: int) -> None:
        everything = is_read_whole(prefix)
        with os.scandir(descriptor) as listing:
            entries = list(listing)
        for entry in entries:
            name = entry.name
            path = prefix + name
            if entry.is_symlink():
                self.obstacles[path] = self._link(path)
            elif not is_utf8(name):
                self.obstacles[path] = Obstacle.BAD_NAME
            elif entry.is_dir(follow_symlinks=False):
                if not is_passed_over(path):
                    self._enter(descriptor, path, depth)
            elif path != JOURNAL_DRAFT and (everything or may_hold_resources(path, self.extensions)):
                self._take(entry, path)

    def _take(self, entry: "os.DirEntry[str]", path: str) -> None:
        if not entry.is_file(follow_symlinks=False):
            self.obstacles[path] = Obstacle.SPECIAL
        elif self.knows and self.knows(path, entry.stat(follow_symlinks=False)):
            self.known.append(path)
        else:
            self.found.append(path)

    def _link(self, path: str) -> Obstacle:
        root = self.directory.resolve()
        target = Path(os.path.realpath(root / path))
        return Obstacle.LINK if target.is_relative_to(root) else Obstacle.OUTWARD_LINK

    def _enter(self, parent: int, path: str, depth: int) -> None:
        name = path.rpartition("/")[2]
        if name.lower().endswith(self.extensions):
            self.obstacles[path] = Obstacle.DIRECTORY
        if depth >= DEEPEST:
            self.obstacles[path] = Obstacle.UNREADABLE
            return
        try:
            descriptor = os.open(name, FOLDER_FLAGS, dir_fd=parent)
        except OSError as error:
            refused = self._refused(path, error)
            if refused:
                self.obstacles[path] = refused
            return
        try:
            if not is_read_whole(path):
                if not _holds(descriptor, MANIFEST, stat.S_ISREG):
                    self._folder(descriptor, f"{path}/", depth + 1)
            elif _holds(descriptor, ".git", bool):
                self.obstacles[path] = Obstacle.SUBMODULE
            else:
                self._folder(descriptor, f"{path}/", depth + 1)
        finally:
            os.close(descriptor)

    def _content(self, root: Root, path: str) -> bytes | Obstacle | None:
        """The bytes of a file, or why it cannot be read."""
        try:
            data = root.read_up_to(path, None if path == ARCHIVE_LOG else self.max_file_bytes)
        except OSError as error:
            return self._refused(path, error)
        if data is None:
            return Obstacle.TOO_LARGE
        return Obstacle.LFS_POINTER if is_lfs_pointer(data) else data

    def _refused(self, path: str, error: OSError) -> Obstacle | None:
        """Why an entry cannot be read; None for one that vanished since it was listed: it is simply not there."""
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        obstacle = _REFUSED.get(error.errno or 0)
        if obstacle is None:
            raise failure(error, "read", self.directory / path) from error
        return obstacle


def _holds(descriptor: int, path: str, is_meant: Callable[[int], object]) -> bool:
    """Whether a folder holds an entry with a mode that is meant."""
    try:
        return bool(is_meant(os.stat(path, dir_fd=descriptor, follow_symlinks=False).st_mode))
    except OSError:
        return False
