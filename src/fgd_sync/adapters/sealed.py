"""Files that this program alone can have written: what a cache holds is believed only with the right seal.

Each file is sealed with a key that those who can write its folder need not have (HMAC-SHA256). The seal covers kind and
name too, so that a file that was renamed, cut, changed, or written with another key counts as not there. Files appear
whole or not at all, and the oldest go when a folder grows too large. A disk that is full or cannot be written costs
speed and nothing else. Imports next to nothing.
"""

import os
import stat
from hmac import compare_digest, new

_SEAL = 32
_DIGITS = 64
_FORMAT = b"fgd-sync cache 1"
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LARGEST = 1 << 28
_MOST_BYTES, _MOST_FILES = 1 << 28, 500
"""What a folder of one kind may hold."""


class Sealed:
    """Sealed files below a folder, by kind and name. `folder` empty: none are kept here.

    A name is a SHA-256 in hex: no file of another name is ever removed.
    """

    __slots__ = ("_key", "folder")

    def __init__(self, folder: str, key: bytes) -> None:
        self.folder, self._key = folder, key

    def read(self, kind: str, name: str) -> bytes | None:
        """What was written under a name; None if nothing was, or somebody else did it."""
        try:
            return self.opened(kind, name, _read(f"{self.folder}/{kind}/{name}")) if self.folder else None
        except OSError:
            return None

    def some(self, kind: str, name: str, start: int, length: int) -> bytes:
        """Some bytes of the file under a name, unproved; fewer where it ends before. Raises OSError."""
        return _read(f"{self.folder}/{kind}/{name}", start, length) if self.folder else b""

    def write(self, kind: str, name: str, content: bytes) -> None:
        """Keep the content under a name, if there is room for it."""
        self.put(kind, name, self.closed(kind, name, content))

    def put(self, kind: str, name: str, data: bytes) -> None:
        """Keep a file that is sealed already."""
        folder = f"{self.folder}/{kind}"
        try:
            if self.folder:
                _make(folder)
                _put(f"{folder}/{name}", data)
                _prune(folder)
        except OSError:
            return

    def closed(self, kind: str, name: str, content: bytes) -> bytes:
        """The bytes of a sealed file."""
        return self._seal(kind, name, content) + content

    def opened(self, kind: str, name: str, data: bytes) -> bytes | None:
        """The content of a sealed file; None if somebody else made it, or made it for something else."""
        content = memoryview(data)[_SEAL:]
        return bytes(content) if compare_digest(data[:_SEAL], self._seal(kind, name, content)) else None

    def _seal(self, kind: str, name: str, content: bytes | memoryview) -> bytes:
        made = new(self._key, b"%b\0%b\0%b\0" % (_FORMAT, kind.encode(), name.encode()), "sha256")
        made.update(content)
        return made.digest()


def packed(fields: list[bytes]) -> bytes:
    """Fields as one text, each with its length before it."""
    return b"".join(b"%d:%b" % (len(field), field) for field in fields)


def unpacked(data: bytes) -> list[bytes]:
    """The fields of a packed text. Raises ValueError for any other."""
    fields, start = [], 0
    while start < len(data):
        colon = data.index(b":", start)
        end = colon + 1 + int(data[start:colon])
        if not colon < end <= len(data):
            raise ValueError("a field is longer than the text, or has a length below zero")
        fields.append(data[colon + 1 : end])
        start = end
    return fields


def _read(path: str, start: int = 0, length: int = _LARGEST) -> bytes:
    descriptor = os.open(path, _READ)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return b""
        return os.pread(descriptor, min(length, max(0, status.st_size - start)), start)
    finally:
        os.close(descriptor)


def _make(folder: str) -> None:
    """Make a folder with its parents. Raises OSError where it is a link, or somebody else's."""
    parent, user = os.path.dirname(folder), os.geteuid()  # noqa: PTH120 - a Path costs more than all the rest
    for place in (parent, folder):
        if not os.path.lexists(place):
            os.makedirs(place, mode=0o700, exist_ok=True)  # noqa: PTH103 - see above
            _give(place)
        status = os.lstat(place)
        if not stat.S_ISDIR(status.st_mode) or user not in (0, status.st_uid):
            raise PermissionError(place)


def _give(path: str) -> None:
    """Let a new path belong to the owner of its folder, if we may: root in a container works for somebody else."""
    if not os.geteuid():
        owner = os.stat(os.path.dirname(path))  # noqa: PTH116, PTH120 - see above
        os.chown(path, owner.st_uid, owner.st_gid)


def _put(path: str, data: bytes) -> None:
    draft = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
    descriptor = os.open(draft, _WRITE, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        _give(draft)
        os.replace(draft, path)  # noqa: PTH105 - see above
    except OSError:
        os.unlink(draft)  # noqa: PTH108 - see above
        raise


def _is_ours(name: str) -> bool:
    """Whether a file has a name that we give: a digest, with more behind it while the file is written."""
    return len(name) >= _DIGITS and not name[:_DIGITS].strip("0123456789abcdef")


def _prune(folder: str) -> None:
    """Remove the oldest of our files in a folder that holds too much."""
    with os.scandir(folder) as listing:
        found = [(item.stat(follow_symlinks=False), item.path) for item in listing if _is_ours(item.name)]
    files = sorted((status.st_mtime, status.st_size, path) for status, path in found if stat.S_ISREG(status.st_mode))
    total, count = sum(size for _, size, _ in files), len(files)
    for _, size, path in files:
        if total <= _MOST_BYTES and count <= _MOST_FILES:
            return
        os.unlink(path)  # noqa: PTH108 - see above
        total, count = total - size, count - 1
