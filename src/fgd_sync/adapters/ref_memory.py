"""What syncs found in large fabrics, kept in refs of the repository: for runners that are handed no cache.

Takes and gives bytes that somebody else sealed: whoever may push can write these refs. Each fabric has one, which is
fetched when the fabric is read, and points to a commit without a parent, so that what is replaced is garbage.
Whatever fails costs speed and nothing else.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING

from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove, Signature
from fgd_sync.model.value import dataclass, field

if TYPE_CHECKING:
    from fgd_sync.ports import GitStore

LEAST = 3000
"""Fabrics of fewer files are sooner planned anew than anything is fetched."""

_LARGEST = 1 << 26
_FILE = "found"
_SIGNATURE = Signature("fgd-sync", "fgd-sync@users.noreply.github.com")
_TIME = "1970-01-01T00:00:00Z"
"""The same content is the same commit, whenever it is made."""

Opened = Callable[[], AbstractContextManager["GitStore"]]
"""Opens the repository for as long as it is needed. Raises FgdError."""


@dataclass(slots=True)
class RefMemory:
    """The refs below a prefix such as `refs/fgd`. `keeps`: this run may leave something there."""

    opened: Opened
    prefix: str
    keeps: bool = False
    least: int = LEAST
    _left: dict[str, bytes] = field(default_factory=dict)

    def serves(self, files: int) -> bool:
        """Whether a fabric of so many files is looked for."""
        return files >= self.least

    def read(self, name: str) -> bytes | None:
        """What lies under a name; None if nothing does, or it cannot be had."""
        start = f"{self.prefix}/memory/{name}/"
        try:
            with self.opened() as git:
                commit = git.gather(start).get(start + _FILE)
                entry = git.entries(commit).get(_FILE) if commit else None
                if entry is None or git.sizes([entry.id])[entry.id] > _LARGEST:
                    return None
                return git.blobs([entry.id])[entry.id]
        except FgdError:
            return None

    def keep(self, name: str, data: bytes) -> None:
        """Have something left under a name when the run ends."""
        if self.keeps and len(data) <= _LARGEST:
            self._left[name] = data

    def leave(self) -> None:
        """Write what is to be left, in one push; not where somebody else writes at the same time."""
        if self._left:
            with suppress(FgdError), self.opened() as git:
                there = git.refs(f"{self.prefix}/memory/")
                git.update([self._move(git, there, name) for name in sorted(self._left)])

    def _move(self, git: "GitStore", there: Mapping[str, str], name: str) -> RefMove:
        ref = f"{self.prefix}/memory/{name}/{_FILE}"
        files = {_FILE: self._left[name]}
        new = git.commit(NewCommit("fgd: what was found\n", _SIGNATURE, _SIGNATURE, _TIME, files))
        return RefMove(ref, there.get(ref, ""), new)
