"""The file that Prometheus' node exporter collects: read, added to and replaced, by one process at a time.

Takes what makes the new text of the old one; readers see the old file or the new one. A file
that is not of ours is left alone. The lock is on the file itself, so nothing lies beside it.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fgd_sync.adapters.os_errors import failure, readable
from fgd_sync.model.code import METRICS_FAILED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.metric import SYNCS

_EVERYBODY_READS = 0o644
_OURS = f"# HELP {SYNCS.name} ".encode()
_TRIES, _PAUSE = 100, 0.05


def check_writable(path: Path) -> None:
    """Raise FgdError if the file is not ours, or its folder is not there or may not be written; nothing is changed."""
    place = path.resolve()
    try:
        if place.exists() and place.read_bytes() and _OURS not in place.read_bytes():
            raise _foreign(path)
        if not os.access(place.parent, os.W_OK):
            place.parent.stat()
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _unwritable(error, path) from error


def update(path: Path, change: Callable[[str], str]) -> str:
    """Replace the text of the file by what `change` makes of it, and give the new text. Raises FgdError."""
    place = path.resolve()
    try:
        with _alone(place):
            before = place.read_bytes()
            if before and _OURS not in before:
                raise _foreign(path)
            text = change(before.decode("utf-8", "replace"))
            _replace(place, text.encode())
    except OSError as error:
        raise _unwritable(error, path) from error
    return text


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.chmod(_EVERYBODY_READS)
    draft.replace(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the file's lock; whoever waited for a file that was replaced meanwhile takes the new one."""
    for _ in range(_TRIES):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _EVERYBODY_READS)
        try:
            if _lock(descriptor) and os.path.samestat(os.fstat(descriptor), path.stat()):
                yield
                return
        finally:
            os.close(descriptor)
        time.sleep(_PAUSE)
    raise FgdError(METRICS_FAILED, f"cannot write {readable(path)}: another run is writing it all the time")


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _foreign(path: Path) -> FgdError:
    message = f"{readable(path)} is not a file of metrics of fgd-sync; it is left as it is"
    return FgdError(METRICS_FAILED, message, remedy="Name another file in `monitoring.metrics_file`.")


def _unwritable(error: OSError, path: Path) -> FgdError:
    remedy = f"Make {readable(path.parent)} a folder that this user may write, or change `monitoring.metrics_file`."
    return FgdError(METRICS_FAILED, failure(error, "write", path).message, remedy=remedy)
