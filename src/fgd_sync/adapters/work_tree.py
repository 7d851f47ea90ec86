"""The work tree that a run starts in: at which commit it is, and what in it is not committed.

Asks git and reads files; changes nothing, not even the index. What .gitignore ignores is not there for it.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from fgd_sync.adapters.checkout import checked_out
from fgd_sync.adapters.git_command import git_in, understood
from fgd_sync.adapters.os_errors import failure, readable
from fgd_sync.adapters.remote_store import without_credentials
from fgd_sync.adapters.root import READ_FLAGS, read_all
from fgd_sync.model.code import SYNC_FAILED, TOO_LARGE, UNSAFE_PATH
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import WorkTree
from fgd_sync.planning.readable import may_be_read

_OPERATIONS = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
}
"""What git leaves in its directory while an operation waits for somebody, see git-status."""

_STATUS = ("status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all")
_FIELDS = {b"1": 8, b"u": 10}
"""So many fields stand before the path in a line of a changed and of an unmerged file, see git-status."""


@understood
def work_tree(root: Path) -> WorkTree:
    """What git says of the work tree at `root`. Raises FgdError."""
    git = git_in(root, root.resolve())
    output = os.fsdecode(git.run("rev-parse", "--path-format=absolute", "--git-dir", "--is-shallow-repository"))
    place, shallow = output.splitlines()
    branch = os.fsdecode(git.attempt("symbolic-ref", "--quiet", "HEAD").output).strip()
    origin = os.fsdecode(git.attempt("config", "--get", "remote.origin.url").output).strip()
    return WorkTree(
        head=checked_out(root),
        branch=branch,
        operation=next((words for name, words in _OPERATIONS.items() if (Path(place) / name).exists()), ""),
        is_shallow=shallow == "true",
        is_submodule=(root / ".git").is_file() and "/modules/" in place,
        origin=without_credentials(origin),
        owner=root.stat().st_uid,
    )


@understood
def uncommitted(root: Path, folders: Sequence[str], settings: IngestionSettings) -> dict[str, bytes | None]:
    """The files of the fabrics in the folders (relative to `root`; "": there) that are not as HEAD has them.

    By their path from `root`; None: not there. What is not read of a fabric is left out. Raises FgdError for a file
    that is larger than the settings allow, or in conflict, or not a plain file.
    """
    if not folders:
        return {}
    below = () if "" in folders else ("--", *folders)
    output = git_in(root, root.resolve()).run(*_STATUS, *below)
    limit = settings.max_file_size_mb * 1024 * 1024
    starts = [f"{folder}/" if folder else "" for folder in folders]
    inside = {path: [path[len(start) :] for start in starts if path.startswith(start)] for path in _changed(output)}
    endings = settings.supported_extensions
    wanted = [path for path, names in inside.items() if any(may_be_read(name, endings) for name in names)]
    return {path: _content(root, path, limit) for path in wanted}


def _changed(output: bytes) -> Iterator[str]:
    for line in output.split(b"\0")[:-1]:
        kind, _, rest = line.partition(b" ")
        path = os.fsdecode(rest.split(b" ", _FIELDS[kind] - 1)[-1] if kind in _FIELDS else rest)
        if kind == b"u":
            remedy = "Resolve the conflict and commit, or check the branch out anew."
            raise FgdError(SYNC_FAILED, f"{readable(path)} is in conflict in the work tree", remedy=remedy)
        if not path.endswith("/"):
            yield path


def _content(root: Path, path: str, limit: int) -> bytes | None:
    try:
        descriptor = os.open(root / path, READ_FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise failure(error, "read", path) from error
    try:
        mode = os.fstat(descriptor).st_mode
        data = read_all(descriptor, limit) if stat.S_ISREG(mode) else None
    finally:
        os.close(descriptor)
    if stat.S_ISDIR(mode):
        return None
    if data is None:
        why = "larger than `ingestion.max_file_size_mb` allows" if stat.S_ISREG(mode) else "not a plain file"
        code = TOO_LARGE if stat.S_ISREG(mode) else UNSAFE_PATH
        raise FgdError(code, f"{readable(path)} is not committed, and {why}", remedy="Commit it, or remove it.")
    return data
