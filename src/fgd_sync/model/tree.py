"""A fabric directory as a value: paths and bytes, and what is there besides plain files."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from fgd_sync.model.change import Change, Delete, Write
from fgd_sync.model.value import dataclass, field


class Obstacle(StrEnum):
    """Why the bytes of an entry were not read."""

    LINK = "a symbolic link"
    OUTWARD_LINK = "a symbolic link that leads out of the fabric directory"
    SPECIAL = "neither a file nor a directory"
    UNREADABLE = "not readable by this user"
    TOO_LARGE = "larger than the limit"
    BAD_NAME = "named in an encoding other than UTF-8"
    DIRECTORY = "a directory with the name of a file"
    SUBMODULE = "a git repository of its own"
    LFS_POINTER = "a pointer of Git LFS, not the file itself"


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one fabric directory by path (relative, `/`), and the entries that are not read, with the reason.

    Paths that are not UTF-8 are carried with surrogate escapes and stand in `obstacles` only.
    """

    files: Mapping[str, bytes]
    obstacles: Mapping[str, Obstacle] = field(default_factory=lambda: MappingProxyType({}))

    def after(self, changes: Iterable[Change]) -> "Tree":
        """The tree as it would be with the changes made."""
        files, obstacles = dict(self.files), dict(self.obstacles)
        for change in changes:
            if isinstance(change, Write):
                files[change.path] = change.data
            elif isinstance(change, Delete):
                files.pop(change.path)
            elif change.source in files:
                files[change.target] = files.pop(change.source)
            else:
                obstacles[change.target] = obstacles.pop(change.source)
        return Tree(files, obstacles)
