"""One run at a time on a fabric directory of this computer: a lock that the kernel lifts when its holder ends.

The lock is taken on the directory itself, so nothing is left in the tree. Where a file system knows no such locks the
run goes on without.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fgd_sync.adapters.os_errors import in_words, readable
from fgd_sync.model.code import SYNC_ALREADY_IN_PROGRESS
from fgd_sync.model.failure import FgdError

if TYPE_CHECKING:  # A check needs few of the ports, and nothing of what the others are about.
    from fgd_sync.ports import Clock

_PAUSE = 0.1
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF)
_LONGEST_COMMAND = 120


@contextmanager
def hold(directory: Path, wait_seconds: float, clock: "Clock") -> Iterator[bool]:
    """Hold the lock of a directory during a block, which is told whether it was waited for, up to `wait_seconds`.

    Raises FgdError: SYNC_ALREADY_IN_PROGRESS with the process that holds it, or why the directory cannot be opened.
    """
    with in_words("open", directory):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield _wait(descriptor, directory, wait_seconds, clock)
    finally:
        # Closing would not lift the lock while a forked worker still has the descriptor.
        _unlock(descriptor)
        os.close(descriptor)


def _wait(descriptor: int, directory: Path, wait_seconds: float, clock: "Clock") -> bool:
    """Take the lock; whether somebody else had it."""
    end, waited = clock.monotonic() + wait_seconds, False
    while not _try(descriptor, directory):
        waited = True
        left = end - clock.monotonic()
        if left <= 0:
            raise _busy(descriptor, directory, wait_seconds)
        clock.sleep(min(_PAUSE, left))
    return waited


def _try(descriptor: int, directory: Path) -> bool:
    with in_words("lock", directory):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
    return True


def _unlock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise


def _busy(descriptor: int, directory: Path, wait_seconds: float) -> FgdError:
    pid = _holder(os.fstat(descriptor))
    who = f"process {pid} ({_command(pid)})" if pid else "another process"
    waited = f" and was still after {wait_seconds:g} s" if wait_seconds > 0 else ""
    details = {"pid": pid} if pid else {}
    message = f"{who} is at work on {readable(directory)}{waited}"
    return FgdError(SYNC_ALREADY_IN_PROGRESS, message, details=details)


def _holder(status: os.stat_result) -> int:
    """The process that holds the lock, as Linux tells in /proc/locks (see proc(5)); 0 if that is not known."""
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    try:
        lines = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return 0
    fields = (line.split() for line in lines)
    holders = [int(item[4]) for item in fields if len(item) == 8 and item[1] == "FLOCK" and item[5] == place]
    return max(holders, default=0)


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return "its command is not known"
    text = " ".join(readable(os.fsdecode(word)) for word in words)
    return text if len(text) <= _LONGEST_COMMAND else f"{text[: _LONGEST_COMMAND - 1]}…"
