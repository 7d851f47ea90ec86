"""The git repository around a fabric directory, read through the git command: one short function per command.

Output is read with `-z` or in binary batches, so any file name is safe. The environment is cleaned: a hook's GIT_DIR
does not lead elsewhere, and a work tree owned by somebody else is trusted for this one call only, because the user
named it; no configuration is written.
"""

import os
from collections.abc import Iterator, Mapping
from hashlib import sha1, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from fgd_sync.model.code import CONFIGURATION_INVALID, SYNC_FAILED
from fgd_sync.model.failure import FgdError

if TYPE_CHECKING:
    from subprocess import CompletedProcess

_PLAIN = (b"100644", b"100755")
_KEPT = "GIT_EXEC_PATH"
_SHA256_LENGTH = 64
_FETCH = "Fetch it: `git fetch --refetch`, or `fetch-depth: 0` for actions/checkout."


class GitRepository:
    """The port `Repository` on the git command."""

    def root(self, path: Path) -> Path | None:
        """The root of the work tree around `path`; None outside of a repository."""
        return work_tree_root(path)

    def earlier(
        self, directory: Path, revision: str, files: Mapping[str, bytes], *, folder: str, endings: tuple[str, ...]
    ) -> dict[str, bytes]:
        """The files of a revision that are different in `files`, or no longer there. Raises FgdError."""
        return earlier(directory, revision, files, folder=folder, endings=endings)


def work_tree_root(path: Path) -> Path | None:
    """The root of the work tree around `path`, links resolved; None outside of a repository. Needs no git."""
    place = path.resolve()
    return next((folder for folder in (place, *place.parents) if _has_repository(folder)), None)


def _has_repository(folder: Path) -> bool:
    """Whether `.git` is a repository, or the file that stands for one in a linked work tree and in a submodule."""
    git = folder / ".git"
    return git.is_file() or (git / "HEAD").exists()


def earlier(
    directory: Path, revision: str, files: Mapping[str, bytes], *, folder: str, endings: tuple[str, ...]
) -> dict[str, bytes]:
    """The files that differ between `revision` and `files`, or that the directory has no more, with their old bytes.

    By their path within the directory, of those below `folder` (empty: all) whose names end as asked. `files` has the
    bytes of today; a file that is there but not in `files` is left out. One that the revision does not have is given
    with no bytes. What is unchanged is recognised by its id and not read. Nothing outside of a repository. Raises
    FgdError for a revision that git does not know, and where git cannot be run.
    """
    root = work_tree_root(directory)
    if root is None:
        return {}
    known = dict(_listed(directory, root, revision, folder))
    found = {
        path: blob
        for path, blob in known.items()
        if path.lower().endswith(endings) and _differs(directory, path, files, blob)
    }
    old = dict(zip(found, _blobs(directory, root, list(found.values())), strict=True))
    return {**dict.fromkeys(_added(files, known, folder, endings), b""), **old}


def _added(
    files: Mapping[str, bytes], known: Mapping[str, bytes], folder: str, endings: tuple[str, ...]
) -> Iterator[str]:
    """The files of today that the revision does not have."""
    start = f"{folder}/" if folder else ""
    return (path for path in files if path.startswith(start) and path.lower().endswith(endings) and path not in known)


def _differs(directory: Path, path: str, files: Mapping[str, bytes], blob: bytes) -> bool:
    data = files.get(path)
    return not _is_there(directory / path) if data is None else _blob_id(data, len(blob)) != blob


def _blob_id(data: bytes, length: int) -> bytes:
    """The id that git gives to the content of a file; its length tells which hash the repository uses."""
    text = b"blob %d\0%b" % (len(data), data)
    digest = sha256(text) if length == _SHA256_LENGTH else sha1(text, usedforsecurity=False)
    return digest.hexdigest().encode()


def _is_there(path: Path) -> bool:
    """Whether something is at a path. What cannot be looked at counts as there: nobody deleted it."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _listed(directory: Path, root: Path, revision: str, folder: str) -> Iterator[tuple[str, bytes]]:
    """The plain files of a revision below a folder: path within the directory, blob."""
    below = (f"{folder}/",) if folder else ()
    result = _git(directory, root, "ls-tree", "-r", "-z", "--end-of-options", revision, *below)
    if result.returncode:
        _refuse(result, revision)
    for line in result.stdout.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, blob = head.split(b" ")
        if mode in _PLAIN:
            yield os.fsdecode(path), blob


def _refuse(result: "CompletedProcess[bytes]", revision: str) -> None:
    """Raise FgdError for a revision that git does not take; HEAD is missing before the first commit, and may be."""
    unknown = b"Not a valid object name" in result.stderr or b"not a tree object" in result.stderr
    if unknown and revision == "HEAD":
        return
    if unknown:
        raise FgdError(
            CONFIGURATION_INVALID,
            f"git does not know the revision {revision!r}",
            remedy="Check it for spelling. In a shallow clone, fetch it first (`fetch-depth: 0` for actions/checkout).",
        )
    raise _failed(result)


def _blobs(directory: Path, root: Path, blobs: list[bytes]) -> Iterator[bytes]:
    """The contents of blobs, in their order."""
    if not blobs:
        return
    result = _git(directory, root, "cat-file", "--batch", data=b"".join(blob + b"\n" for blob in blobs))
    if result.returncode:
        raise _failed(result)
    output, start = result.stdout, 0
    for blob in blobs:
        end = output.index(b"\n", start)
        words = output[start:end].split(b" ")
        if words[-1] == b"missing":
            raise FgdError(SYNC_FAILED, f"the repository lacks the object {blob.decode()}", remedy=_FETCH)
        start = end + 1 + int(words[-1]) + 1
        yield output[end + 1 : start - 1]


def _git(directory: Path, root: Path, *words: str, data: bytes = b"") -> "CompletedProcess[bytes]":
    import subprocess

    command = ["git", *words]
    try:
        return subprocess.run(  # noqa: S603 - a fixed command, no shell
            command, cwd=directory, env=_environment(root), input=data, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise FgdError(
            SYNC_FAILED, "the command git is not there", remedy="Install git, or use `--base ''` to do without history."
        ) from error


def _failed(result: "CompletedProcess[bytes]") -> FgdError:
    words = result.stderr.decode("utf-8", "backslashreplace").strip()
    return FgdError(SYNC_FAILED, f"`git {result.args[1]}` failed: {words or f'status {result.returncode}'}")


def _environment(root: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name == _KEPT}
    settings = {"safe.directory": str(root), "core.fsmonitor": "false"}
    for number, (name, value) in enumerate(settings.items()):
        kept |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    fixed = {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    return {**kept, **fixed, "LC_ALL": "C"}
