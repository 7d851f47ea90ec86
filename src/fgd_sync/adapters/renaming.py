"""Renaming a file to where nothing is: a look, then the renaming; or both in one step, renameat2(2) of Linux.

Takes names in open folders. The one step leaves no moment for somebody else to put a file there, and is quicker; it
takes some milliseconds to load.
"""

import errno
import os
from functools import cache
from typing import Any

_NO_REPLACE = 1
_UNKNOWN = (errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP)
"""What a system or a file system says that does not know this, or a container whose rules do not."""


def rename_new(old: str, new: str, source: int, target: int) -> bool:
    """Rename `old` in one folder to `new` in another; False, and nothing is done, where something stands there.

    Raises OSError.
    """
    try:
        os.stat(new, dir_fd=target, follow_symlinks=False)
    except FileNotFoundError:
        pass
    else:
        return False
    os.rename(old, new, src_dir_fd=source, dst_dir_fd=target)
    return True


def rename_new_at_once(old: str, new: str, source: int, target: int) -> bool:
    """The same in one step, where the system can do that."""
    number = _renameat2(old, new, source, target)
    if not number:
        return True
    if number == errno.EEXIST:
        return False
    if number in _UNKNOWN:
        return rename_new(old, new, source, target)
    raise OSError(number, os.strerror(number))


def _renameat2(old: str, new: str, source: int, target: int) -> int:
    """The error number that the system gives; 0: it is done."""
    call, last_error = _call()
    if call is None:
        return errno.ENOSYS
    done = call(source, os.fsencode(old), target, os.fsencode(new), _NO_REPLACE)
    return last_error() if done else 0


@cache
def _call() -> tuple[Any, Any]:
    """The function of the C library, if it has it, and what tells the number of its last error."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call:
        call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call, ctypes.get_errno
