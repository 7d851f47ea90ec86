"""A bare repository of our own to work in, which borrows the objects of another one on this disk.

What the other one knows of its missing history is taken along: a server would otherwise take it for granted. A partial
clone is not borrowed from, because it lacks files without saying which.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fgd_sync.adapters.git_command import git_in
from fgd_sync.adapters.os_errors import in_words, temporary_failure
from fgd_sync.model.value import dataclass

_PARTIAL = r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"
_SHALLOW = "shallow"


@dataclass(frozen=True, slots=True)
class _Lender:
    """The repository whose objects are borrowed."""

    objects: Path
    shallow: Path
    object_format: str


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder of our own that is gone after the block. Raises FgdError where none can be made.

    What cannot be removed at once is tried a second time.
    """
    from tempfile import mkdtemp

    try:
        folder = mkdtemp(prefix="fgd-")
    except OSError as error:
        raise temporary_failure(error, "make a temporary folder") from error
    try:
        yield Path(folder)
    finally:
        for _ in range(2):
            with suppress(OSError):
                shutil.rmtree(folder, ignore_errors=True)


def make_scratch(scratch: Path, workspace: Path | None, object_format: str = "sha1") -> str | None:
    """Make a bare repository at `scratch`; what is there is removed. Raises FgdError.

    `workspace`: the root of a work tree or a bare repository to borrow from. `object_format`: that of a repository that
    borrows from nobody. Gives the format of the lender; None: there is none.
    """
    lender = _lender(workspace) if workspace else None
    with in_words("write to", scratch):
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        form = lender.object_format if lender else object_format
        _lay_out(scratch, form)
        if lender:
            _borrow(lender, scratch)
    return lender.object_format if lender else None


def _lay_out(scratch: Path, object_format: str) -> None:
    """What `git init --bare` makes, see gitrepository-layout, without waiting for a process."""
    for folder in ("objects/info", "objects/pack", "refs/heads"):
        (scratch / folder).mkdir(parents=True)
    version, extension = (
        (0, "") if object_format == "sha1" else (1, f"[extensions]\n\tobjectformat = {object_format}\n")
    )
    (scratch / "HEAD").write_text("ref: refs/heads/main\n")
    (scratch / "config").write_text(f"[core]\n\trepositoryformatversion = {version}\n\tbare = true\n{extension}")


def _borrow(lender: _Lender, scratch: Path) -> None:
    info = scratch / "objects" / "info"
    (info / "alternates").write_bytes(_quoted(lender.objects))
    if lender.shallow.exists():
        shutil.copyfile(lender.shallow, scratch / _SHALLOW)


def _lender(workspace: Path) -> _Lender | None:
    """The repository around a work tree, as a lender; None if it is not one that can lend."""
    git = git_in(workspace, workspace.resolve())
    asked = ("--path-format=absolute", "--git-path", "objects", "--git-path", _SHALLOW, "--show-object-format")
    found = git.attempt("rev-parse", *asked)
    partial = git.attempt("config", "--get-regexp", _PARTIAL)
    if found.status or partial.status == 0:
        return None
    lines = os.fsdecode(found.output).splitlines()
    return _Lender(Path(lines[0]), Path(lines[1]), lines[2]) if len(lines) == 3 else None


def _quoted(path: Path) -> bytes:
    """A path as a line of `objects/info/alternates`, whatever letters are in it."""
    escaped = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%b"\n' % escaped
