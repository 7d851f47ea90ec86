"""The repository on this disk behind the port `GitStore`: objects and refs. Work tree and index stay as they are."""

import os
from collections.abc import Sequence
from pathlib import Path

from fgd_sync.adapters.git_command import git_in, object_id, understood
from fgd_sync.adapters.git_failures import classify
from fgd_sync.adapters.git_objects import GitObjects
from fgd_sync.adapters.git_push import overtaken_by, refs_overtaken
from fgd_sync.adapters.os_errors import in_words, readable
from fgd_sync.model.code import GITHUB_NOT_FOUND, GITHUB_REFUSED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove
from fgd_sync.model.value import replace


def _owner(root: Path) -> tuple[int, int] | None:
    """Who a repository belongs to, where this process may act for others; root in a container does."""
    with in_words("look at", root):
        status = root.stat()
    return (status.st_uid, status.st_gid) if os.geteuid() == 0 and status.st_uid else None


class LocalStore(GitObjects):
    """The repository around `root`: the root of a work tree, or a bare repository."""

    def __init__(self, root: Path) -> None:
        super().__init__(replace(git_in(root, root.resolve()), owner=_owner(root)), readable(root))

    @understood
    def refs(self, prefix: str) -> dict[str, str]:
        """The refs whose full names start with `prefix`, with the ids they point to."""
        below = prefix.rpartition("/")[0]
        output = os.fsdecode(self.git.run("for-each-ref", "--format=%(objectname) %(refname)", below))
        pairs = (line.partition(" ") for line in output.splitlines())
        refs = {ref: object_id(name) for name, _, ref in pairs}
        return {ref: name for ref, name in refs.items() if ref.startswith(prefix)}

    def gather(self, prefix: str) -> dict[str, str]:
        """The refs; all that they point to is here."""
        return self.refs(prefix)

    def fetch(self, wanted: Sequence[str]) -> None:
        """Check that refs or commits are here: there is nowhere to get them from."""
        there = self.has(wanted)
        missing = [name for name in wanted if not there[name]]
        if missing:
            raise FgdError(GITHUB_NOT_FOUND, f"{self.name} does not have {', '.join(missing)}")

    def update(self, moves: Sequence[RefMove]) -> None:
        """Move refs, all or none, each only if it still is what `old` says."""
        self._refuse_checked_out(moves)
        none = "0" * len(self.empty_tree())
        lines = (f"update {move.ref}\0{move.new or none}\0{move.old or none}\0" for move in moves)
        done = self.git.attempt("update-ref", "-z", "--stdin", data=os.fsencode("".join(lines)))
        if done.status:
            refs = refs_overtaken(done.errors)
            raise overtaken_by(refs) if refs else classify(done.errors, "update-ref")

    def _refuse_checked_out(self, moves: Sequence[RefMove]) -> None:
        """Raise FgdError for a branch that somebody works on: its files would no longer be those of its commit."""
        branches = {move.ref for move in moves if move.ref.startswith("refs/heads/")}
        if not branches:
            return
        output = os.fsdecode(self.git.run("worktree", "list", "--porcelain", "-z"))
        for record in output.split("\0\0"):
            fields = record.strip("\0").split("\0")
            used = [line for line in fields if line.removeprefix("branch ") in branches]
            if used and "bare" not in fields:
                where = readable(fields[0].removeprefix("worktree "))
                raise FgdError(GITHUB_REFUSED, f"{used[0].removeprefix('branch ')} is checked out in {where}")
