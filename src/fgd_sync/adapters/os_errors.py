"""What the operating system refuses, in words: one table of error numbers for every adapter.

Takes an OSError with what was being done to which path; gives an FgdError that says why and what to do.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class _Reason:
    """An error number: the code it stands for, the reason in words, and what to do (empty: what the code says)."""

    code: Code
    words: str
    remedy: str = ""


_FULL = "Make room on the disk, then run the command again: nothing is half written."
_BROKEN = "Check the disk and its mount (`dmesg` says more), then run the command again."
_SHORTER = "Give the file a shorter name."
_LINK = "Put the directory or file itself there instead of a link."

_REASONS: dict[int, _Reason] = {
    errno.ENOENT: _Reason(code.DIRECTORY_NOT_FOUND, "it is not there"),
    errno.ENOTDIR: _Reason(
        code.DIRECTORY_NOT_FOUND, "a file stands where a directory belongs", "Move the file away, or check the path."
    ),
    errno.EISDIR: _Reason(
        code.FILE_SYSTEM_FAILED,
        "a directory, or something else that is no file, stands there",
        "Rename it, or move it away.",
    ),
    errno.EEXIST: _Reason(code.FILE_SYSTEM_FAILED, "something else is there already", "Move it away."),
    errno.EACCES: _Reason(code.DIRECTORY_PERMISSION_DENIED, "this user may not"),
    errno.EPERM: _Reason(code.DIRECTORY_PERMISSION_DENIED, "this user may not, or the file is protected"),
    errno.EROFS: _Reason(
        code.DIRECTORY_PERMISSION_DENIED,
        "the file system is mounted read-only",
        "Mount it writable, or use a command that writes nothing, such as `fgd check`.",
    ),
    errno.ENOSPC: _Reason(code.FILE_SYSTEM_FAILED, "the disk is full", _FULL),
    errno.EDQUOT: _Reason(code.FILE_SYSTEM_FAILED, "the user's disk quota is used up", _FULL),
    errno.EFBIG: _Reason(
        code.FILE_SYSTEM_FAILED, "the file would be larger than this process may write", "Raise `ulimit -f`."
    ),
    errno.EIO: _Reason(code.FILE_SYSTEM_FAILED, "the disk reports an error", _BROKEN),
    errno.ESTALE: _Reason(code.FILE_SYSTEM_FAILED, "the network file system lost it", _BROKEN),
    errno.ELOOP: _Reason(code.UNSAFE_PATH, "it is a symbolic link, or leads through one", _LINK),
    errno.ENAMETOOLONG: _Reason(code.UNSAFE_PATH, "the name is too long for this file system", _SHORTER),
    errno.EILSEQ: _Reason(code.UNSAFE_PATH, "this file system does not take such a name", "Rename the file."),
    errno.EINVAL: _Reason(code.UNSAFE_PATH, "this file system does not take such a name", "Rename the file."),
    errno.EMFILE: _Reason(code.FILE_SYSTEM_FAILED, "too many files are open", "Raise `ulimit -n`."),
    errno.ENFILE: _Reason(code.FILE_SYSTEM_FAILED, "too many files are open on this computer"),
    errno.EBUSY: _Reason(code.FILE_SYSTEM_FAILED, "another program is using it"),
    errno.EXDEV: _Reason(
        code.FILE_SYSTEM_FAILED,
        "it lies on another file system than the fabric directory",
        "Keep the whole fabric directory on one file system.",
    ),
}


def failure(error: OSError, action: str, path: str | Path) -> FgdError:
    """The failure that an error of the operating system means. `action`: what was being done, such as "write"."""
    number = error.errno or 0
    reason = _REASONS.get(number) or _Reason(code.FILE_SYSTEM_FAILED, os.strerror(number).lower() if number else "")
    words = f"cannot {action} {readable(path)}: {reason.words or error}"
    return FgdError(reason.code, words, remedy=reason.remedy, details={"errno": errno.errorcode.get(number, "")})


def temporary_failure(error: OSError, action: str) -> FgdError:
    """The failure that an error means for what needs the folder for temporary files; `action`: see `failure`."""
    from tempfile import gettempdir

    try:
        return failure(error, f"{action} in", error.filename or gettempdir())
    except FileNotFoundError as none:
        words = (none.strerror or "").replace("No usable", "no usable")
        remedy = "Make room in one of these folders, or name another one in the environment variable TMPDIR."
        return FgdError(code.FILE_SYSTEM_FAILED, f"cannot {action}: {words}", remedy=remedy)


@contextmanager
def in_words(action: str, path: str | Path) -> Iterator[None]:
    """Turn an OSError of the block into an FgdError."""
    try:
        yield
    except OSError as error:
        raise failure(error, action, path) from error


def readable(path: str | Path) -> str:
    """A path as text that can be printed on one line: what cannot be printed, or is not UTF-8, as its number."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
