"""Making all that was written to one file system survive a loss of power, with one call.

Takes a descriptor of anything on it. Other file systems are left alone: to wait for those may take minutes.
"""

import errno
import os

_UNKNOWN = (errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.ENOTSUP)
"""What a system says that does not know the call, or a container whose rules do not."""


def sync_file_system(descriptor: int) -> None:
    """Make it last. Raises OSError for what could not be written; a system without syncfs(2) does not tell that."""
    number = _syncfs(descriptor)
    if number in _UNKNOWN:
        os.sync()
    elif number:
        raise OSError(number, os.strerror(number))


def _syncfs(descriptor: int) -> int:
    """The error number that the system gives; 0: it is done."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        return errno.ENOSYS
    return ctypes.get_errno() if library.syncfs(descriptor) else 0
