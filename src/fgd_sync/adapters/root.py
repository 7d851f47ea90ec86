"""A fabric directory held open: every file in it is reached through directory descriptors, and no link is followed.

Paths are relative, with `/`. A symbolic link that somebody puts into the place of a folder leads to an OSError (ELOOP),
never outside. Each OSError carries the path within the fabric directory as its `filename`.
"""

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from fgd_sync.adapters.durable import sync_file_system
from fgd_sync.adapters.os_errors import failure
from fgd_sync.adapters.renaming import rename_new, rename_new_at_once

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_OPEN = 128
_CHUNK = 65536
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)
_NO_FOLDER = (errno.ENOTDIR, errno.ELOOP)
NO_FILE = (errno.EISDIR, errno.ELOOP, errno.ENOTDIR, errno.ENXIO)
"""What reading says of something that is not a file, or does not lead to one."""

_NO_SYNC = (errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.ENOSYS)
"""What network file systems say that know no fsync of a directory."""

_FEW = 32
"""Up to so many files or folders each is made durable by itself; more by one sync of the file system."""

Owner = tuple[int, int]
"""User and group id."""

_Method = TypeVar("_Method", bound=Callable[..., Any])
_Read = TypeVar("_Read")


def read_all(descriptor: int, limit: int | None = None) -> bytes | None:
    """The bytes of an open file; None if there are more than `limit`."""
    data = os.read(descriptor, _CHUNK)
    if len(data) < _CHUNK and not os.read(descriptor, 1):
        return data if limit is None or len(data) <= limit else None
    size = os.fstat(descriptor).st_size
    if limit is not None and size > limit:
        return None
    os.lseek(descriptor, 0, os.SEEK_SET)
    chunks = iter(lambda: os.read(descriptor, max(size + 1, _CHUNK)), b"")
    data = b"".join(chunks)
    return data if limit is None or len(data) <= limit else None


def _named(method: _Method) -> _Method:
    """Give errors the path within the fabric, and keep the number of open folders small."""

    @wraps(method)
    def run(self: "Root", path: str, *args: Any, **kwargs: Any) -> Any:
        self.close_folders(_MOST_OPEN)
        try:
            return method(self, path, *args, **kwargs)
        except OSError as error:
            error.filename = path
            raise

    return cast("_Method", run)


class Root:
    """The open fabric directory; a context manager. `descriptor` is open on it, `owner` owns it. Raises OSError.

    `renames_many`: to be set where it pays to load what renames quickly.
    """

    def __init__(self, directory: Path) -> None:
        self.descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._folders: dict[str, int] = {}
        self.renames_many = False
        status = os.fstat(self.descriptor)
        self.owner: Owner = (status.st_uid, status.st_gid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close_folders(0)
        os.close(self.descriptor)

    def close_folders(self, most: int) -> None:
        """Close the folders held open, if there are more than `most`."""
        if len(self._folders) > most:
            while self._folders:
                os.close(self._folders.popitem()[1])

    def _folder(self, path: str) -> int:
        descriptor = self.descriptor if not path else self._folders.get(path)
        if descriptor is None:
            parent, _, name = path.rpartition("/")
            descriptor = self._folders[path] = _open_folder(self._folder(parent), name)
        return descriptor

    def _at(self, path: str) -> tuple[int, str]:
        folder, _, name = path.rpartition("/")
        return self._folders.get(folder) or self._folder(folder), name

    def stat(self, path: str) -> os.stat_result | None:
        """What stands at a path, links not followed; None if nothing does."""
        self.close_folders(_MOST_OPEN)
        try:
            folder, name = self._at(path)
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            error.filename = path
            raise

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None if it is not there. Anything but a plain file is an error (EISDIR, ELOOP)."""
        found = self._read(path)
        return found[0] if found else None

    def read_up_to(self, path: str, limit: int | None) -> bytes | None:
        """The bytes of what is expected to be a file; None if there are more than `limit`."""
        return self._opened(path, lambda descriptor: read_all(descriptor, limit))

    def read_of_size(self, path: str, size: int) -> tuple[bytes, os.stat_result] | None:
        """The bytes of a file, and what the system told of it before they were read; None if it has another size."""
        return self._read(path, size)

    def _read(self, path: str, size: int | None = None) -> tuple[bytes, os.stat_result] | None:
        try:
            return self._opened(path, lambda descriptor: _read_open(descriptor, size))
        except FileNotFoundError:
            return None

    def _opened(self, path: str, read: Callable[[int], _Read]) -> _Read:
        """What `read` makes of a file that is open."""
        self.close_folders(_MOST_OPEN)
        try:
            folder, name = self._at(path)
            descriptor = os.open(name, READ_FLAGS, dir_fd=folder)
            try:
                return read(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            error.filename = path
            raise

    def create(
        self, path: str, data: bytes, *, mode: int | None = None, owner: Owner | None = None, durable: bool = False
    ) -> None:
        """Make a file that is not there yet. `mode` None: 0644 less the umask; `owner` None: that of the fabric."""
        self.close_folders(_MOST_OPEN)
        try:
            folder, name = self._at(path)
            descriptor = os.open(name, _CREATE, 0o644, dir_fd=folder)
            try:
                _write(descriptor, data)
                _give(descriptor, owner or self.owner)
                if mode is not None:
                    os.fchmod(descriptor, mode)
                if durable:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            error.filename = path
            raise

    @_named
    def link(self, path: str, target: str) -> None:
        """Give a file a second name."""
        (source, old), (folder, new) = self._at(path), self._at(target)
        os.link(old, new, src_dir_fd=source, dst_dir_fd=folder, follow_symlinks=False)

    def keep(self, path: str, target: str) -> None:
        """Give a file a second name; where the file system knows no such thing, make a copy of it."""
        try:
            self.link(path, target)
        except OSError as error:
            status, data = self.stat(path), self.read(path)
            if error.errno not in _NO_LINKS or status is None or data is None:
                raise
            self.create(target, data, mode=stat.S_IMODE(status.st_mode), owner=(status.st_uid, status.st_gid))

    def rename(self, path: str, target: str) -> None:
        """Rename a file; what is at `target` is replaced."""
        self.close_folders(_MOST_OPEN)
        try:
            source, old = self._at(path)
            folder, new = self._at(target)
            os.rename(old, new, src_dir_fd=source, dst_dir_fd=folder)
        except OSError as error:
            error.filename = path
            raise

    def rename_new(self, path: str, target: str) -> bool:
        """Rename a file to where nothing is; False, and nothing is done, where something stands there."""
        self.close_folders(_MOST_OPEN)
        try:
            source, old = self._at(path)
            folder, new = self._at(target)
            return (rename_new_at_once if self.renames_many else rename_new)(old, new, source, folder)
        except OSError as error:
            error.filename = path
            raise

    @_named
    def unlink(self, path: str) -> None:
        """Remove a file."""
        folder, name = self._at(path)
        os.unlink(name, dir_fd=folder)

    @_named
    def make_folder(self, path: str, mode: int | None = None) -> bool:
        """Make one folder that belongs to the fabric's owner; False if it is there already.

        `mode` None: 0755 less the umask.
        """
        folder, name = self._at(path)
        try:
            os.mkdir(name, 0o755, dir_fd=folder)
        except FileExistsError:
            self._folder(path)
            return False
        try:
            _give(self._folder(path), self.owner)
            if mode is not None:
                os.fchmod(self._folder(path), mode)
        except OSError:
            self.remove_folder(path)
            raise
        return True

    @_named
    def remove_folder(self, path: str) -> bool:
        """Remove an empty folder; False if it cannot be removed."""
        try:
            folder, name = self._at(path)
            os.rmdir(name, dir_fd=folder)
        except OSError:
            return False
        self.close_folders(0)
        return True

    @_named
    def names(self, path: str) -> list[str]:
        """The names in a folder; none if it is not there."""
        try:
            return os.listdir(self._folder(path))  # noqa: PTH208 - of a descriptor
        except FileNotFoundError:
            return []

    def sync(self, folders: Collection[str]) -> None:
        """Make what was done in the folders survive a power failure. What is no folder any more is passed over."""
        if len(folders) > _FEW:
            self.sync_all()
            return
        for path in folders:
            self._sync_folder(path)

    def sync_all(self) -> None:
        """The same for all that was done on the file system."""
        sync_file_system(self.descriptor)

    @_named
    def _sync_folder(self, path: str) -> None:
        try:
            os.fsync(self._folder(path))
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno not in (*_NO_FOLDER, *_NO_SYNC):
                raise


@contextmanager
def open_root(directory: Path, action: str) -> Iterator[Root]:
    """Open a fabric directory for a block, and turn an OSError of the block into an FgdError.

    `action` says what is being done to the files, such as "read".
    """
    try:
        with Root(directory) as root:
            yield root
    except OSError as error:
        raise failure(error, action, error.filename or directory) from error


def give_back(paths: Iterable[Path], parent: Path) -> None:
    """Let new paths belong to the owner of `parent` where this process may decide that."""
    status = parent.stat()
    for path in paths:
        if os.geteuid() == 0:
            os.chown(path, status.st_uid, status.st_gid)


def few(count: int) -> bool:
    """Whether so many files are few enough to make each durable by itself."""
    return count <= _FEW


def _write(descriptor: int, data: bytes) -> None:
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, memoryview(data)[written:])


def _read_open(descriptor: int, size: int | None) -> tuple[bytes, os.stat_result] | None:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EISDIR, "not a file")
    if size is not None and status.st_size != size:
        return None
    data = os.read(descriptor, status.st_size + 1)
    if len(data) != status.st_size:  # it is written at this moment, or is one of those that have no size
        os.lseek(descriptor, 0, os.SEEK_SET)
        data = read_all(descriptor) or b""
    return data, status


def _open_folder(parent: int, name: str) -> int:
    try:
        return os.open(name, FOLDER_FLAGS, dir_fd=parent)
    except NotADirectoryError:
        if stat.S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise OSError(errno.ELOOP, "a symbolic link") from None
        raise


def _give(descriptor: int, owner: Owner) -> None:
    """Let a file belong to `owner` where this process may decide that: root in a container works for somebody else."""
    if owner != (0, 0) and os.geteuid() == 0:
        os.fchown(descriptor, *owner)
