"""What was checked out before a run: which commit, on which base, and which files differ from a revision.

Reads the repository around a work tree through git; writes nothing there. A work tree that belongs to somebody else, as
in a container, is trusted for these calls only.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from fgd_sync.adapters.git_command import git_in, object_id, understood
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.pattern import pattern

_PARENT = pattern(r"^parent ([0-9a-f]+)$", re.MULTILINE)


@understood
def checked_out(root: Path) -> str:
    """The id of the commit that is checked out; "" if there is none. Raises FgdError."""
    done = git_in(root, root.resolve()).attempt("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return object_id(done.output.decode().strip()) if done.status == 0 else ""


def parents(root: Path, commit: str) -> list[str]:
    """The ids of a commit's parents, also where a shallow clone does not have them; [] for an unknown commit."""
    done = git_in(root, root.resolve()).attempt("cat-file", "commit", commit)
    head = done.output.decode("utf-8", "replace").partition("\n\n")[0] if done.status == 0 else ""
    return _PARENT.findall(head)


def has_commit(root: Path, commit: str) -> bool:
    """Whether a commit is in the repository, with its tree."""
    return git_in(root, root.resolve()).attempt("cat-file", "-e", f"{commit}^{{tree}}").status == 0


def changed_files(root: Path, revision: str) -> list[str]:
    """The files, from the root of the repository, that differ between a revision and the work tree. Raises FgdError."""
    words = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", "--end-of-options", revision, "--")
    done = git_in(root, root.resolve()).attempt(*words)
    if done.status:
        raise FgdError(
            CONFIGURATION_INVALID,
            f"git does not know the revision {revision!r}",
            remedy="Check it for spelling. In a shallow clone, fetch it first (`fetch-depth: 0` for actions/checkout).",
        )
    new = git_in(root, root.resolve()).run("ls-files", "--others", "--exclude-standard", "-z")
    return [os.fsdecode(name) for name in (done.output + new).split(b"\0") if name]


def is_shallow(root: Path) -> bool:
    """Whether a clone lacks older commits. Raises FgdError."""
    return git_in(root, root.resolve()).run("rev-parse", "--is-shallow-repository").strip() == b"true"


def ignored(root: Path, paths: Sequence[str]) -> list[str]:
    """The paths that git would not commit, each with the file and line that says so. Raises FgdError."""
    if not paths:
        return []
    words = ("--no-literal-pathspecs", "check-ignore", "--no-index", "--verbose", "--stdin", "-z")
    found = git_in(root, root.resolve()).attempt(*words, data="\0".join(paths).encode())
    if found.status not in (0, 1):
        raise found.failure()
    parts = found.output.decode("utf-8", "replace").split("\0")
    rows = zip(*[iter(parts)] * 4, strict=False)
    return [f"{path} ({file}:{line} {pattern})" for file, line, pattern, path in rows if not pattern.startswith("!")]
