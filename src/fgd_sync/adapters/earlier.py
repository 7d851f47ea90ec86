"""What a revision held of the files of a fabric that differ, read with the git command: one short function for each.

Output is read with `-z` or in binary batches, so any file name is safe. A work tree owned by somebody else is trusted
for this one call only, because the user named it; no configuration is written.
"""

import os
from collections.abc import Iterator, Mapping
from hashlib import sha1, sha256
from pathlib import Path

from fgd_sync.adapters.git import work_tree_root
from fgd_sync.adapters.git_command import Completed, Git, git_in, understood
from fgd_sync.adapters.git_objects import GitObjects
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.planning.recalled import Recalled

_PLAIN = (b"100644", b"100755")
_SHA256_LENGTH = 64


@understood
def earlier(
    directory: Path,
    revision: str,
    files: Mapping[str, bytes],
    *,
    folder: str,
    endings: tuple[str, ...],
    lent: Path | None = None,
    looked_at: list[Path] | None = None,
) -> dict[str, bytes]:
    """The files that differ between `revision` and `files`, or that the directory has no more, with their old bytes.

    By their path within the directory, of those below `folder` (empty: all) whose names end as asked. `files` has the
    bytes of today; a file that is there but not in `files` is left out, and noted in `looked_at`, as is one that is not
    there. One that the revision does not have is given
    with no bytes. What is unchanged is recognised by its id and not read. Nothing outside of a repository. Raises
    FgdError for a revision that git does not know, and where git cannot be run.
    """
    root = work_tree_root(directory)
    if root is None:
        return {}
    git = git_in(directory, root, lent)
    known = dict(_listed(git, revision, folder))
    meant = {path: blob for path, blob in known.items() if path.lower().endswith(endings)}
    found = {path: blob for path, blob in meant.items() if _differs(directory, path, files, blob)}
    if looked_at is not None:
        looked_at += (directory / path for path in meant if path not in files)
    blobs = GitObjects(git, str(root)).blobs([blob.decode() for blob in found.values()])
    old = {path: blobs[blob.decode()] for path, blob in found.items()}
    return {**dict.fromkeys(_added(files, known, folder, endings), b""), **old}


def _added(
    files: Mapping[str, bytes], known: Mapping[str, bytes], folder: str, endings: tuple[str, ...]
) -> Iterator[str]:
    """The files of today that the revision does not have."""
    start = f"{folder}/" if folder else ""
    return (path for path in files if path.startswith(start) and path.lower().endswith(endings) and path not in known)


def _differs(directory: Path, path: str, files: Mapping[str, bytes], blob: bytes) -> bool:
    if path not in files:
        return not _is_there(directory / path)
    if isinstance(files, Recalled) and len(blob) != _SHA256_LENGTH:
        return files.blob_id(path).encode() != blob
    return _blob_id(files[path], len(blob)) != blob


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


def _listed(git: Git, revision: str, folder: str) -> Iterator[tuple[str, bytes]]:
    """The plain files of a revision below a folder: path within the directory, blob."""
    below = (f"{folder}/",) if folder else ()
    done = git.attempt("ls-tree", "-r", "-z", "--end-of-options", revision, *below)
    if done.status:
        _refuse(done, revision)
    for line in done.output.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, blob = head.split(b" ")
        if mode in _PLAIN:
            yield os.fsdecode(path), blob


def _refuse(done: Completed, revision: str) -> None:
    """Raise FgdError for a revision that git does not take; HEAD is missing before the first commit, and may be."""
    unknown = "Not a valid object name" in done.errors or "not a tree object" in done.errors
    if unknown and revision == "HEAD":
        return
    if unknown:
        raise FgdError(
            CONFIGURATION_INVALID,
            f"git does not know the revision {revision!r}",
            remedy="Check it for spelling. In a shallow clone, fetch it first (`fetch-depth: 0` for actions/checkout).",
        )
    raise done.failure()
