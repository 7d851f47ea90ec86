"""Which content git has seen in the files of a work tree: its index, read without running git or opening the files.

An entry vouches for a file if the system tells of the file what it told when git looked, to the nanosecond, and if that
was long enough before the index was written. What git itself would have to look at again is not vouched for, nor what
it may have converted on its way from the repository: then a file is read.

The index belongs to who checked out; nothing that is committed can bring one. But what is committed can bring
attributes that have git convert files, so that a work tree with such attributes is read as a whole. Conversions that
only a setting of the computer asks for show in the size.
"""

import os
import stat
from collections.abc import Iterator
from hashlib import sha1
from struct import Struct, error

from fgd_sync.adapters.file_ids import FileIds, ids_of
from fgd_sync.adapters.head import common_directory, git_directory, repository_around
from fgd_sync.adapters.listing import is_settled
from fgd_sync.adapters.root import READ_FLAGS, read_all
from fgd_sync.adapters.walk import Knows

_HEADER, _ENTRY, _EXTENSION = Struct(">4sII"), Struct(">10I20sH"), Struct(">4sI")
_FLAGS = 0xF000
"""Flags of an entry: in conflict, to be taken for unchanged, not checked out, to be added."""

_EXTENDED, _LONGER = 0x4000, 2
_SUM = 20
_VERSIONS = (2, 3)
_PLAIN = (0o100644, 0o100755)
_LARGEST = 1 << 28
_ATTRIBUTES = ".gitattributes"
_LARGEST_ATTRIBUTES = 1 << 20
_CONVERTING = (b"filter", b"ident", b"encoding")
"""Attributes by which a file may be another than its blob without being of another size, see gitattributes."""


def vouching(directory: str, ids: FileIds) -> Knows | None:
    """What the index around a directory vouches for, of the files there whose `ids` are known; None: for nothing."""
    place = os.path.realpath(directory)
    root = repository_around(place)
    try:
        found = _Index.of(root) if root else None
    except (OSError, ValueError, LookupError, error):
        return None
    if found is None or found.converts():
        return None
    start = place[len(root) :].strip("/")
    return found.vouch(f"{start}/" if start else "", ids)


class _Index:
    """The entries of an index, each read when it is asked for."""

    def __init__(self, root: str, common: str, data: bytes, written: int) -> None:
        self._root, self._common, self._data, self._written = root, common, data, written
        self._places = dict(_places(data))

    @classmethod
    def of(cls, root: str) -> "_Index | None":
        """The index of a work tree; None for a form of it that is not understood. Raises OSError, ValueError."""
        git = git_directory(root)
        found = _read(f"{git}/index", _LARGEST) if git else None
        if git is None or found is None or sha1(found[0][:-_SUM], usedforsecurity=False).digest() != found[0][-_SUM:]:
            return None
        return cls(root, common_directory(git), *found)

    def converts(self) -> bool:
        """Whether attributes may have git convert files; also where they cannot be told. Raises OSError."""
        if os.path.lexists(f"{self._common}/info/attributes"):
            return True
        names = [name for name in self._places if name.rpartition("/")[2] == _ATTRIBUTES]
        return not all(map(self._is_harmless, names))

    def _is_harmless(self, name: str) -> bool:
        """Whether attributes are those that git has seen, and convert nothing."""
        try:
            found = _read(f"{self._root}/{name}", _LARGEST_ATTRIBUTES)
        except OSError:
            return False
        if found is None or any(word in found[0] for word in _CONVERTING):
            return False
        blob: bytes = _ENTRY.unpack_from(self._data, self._places[name])[10]
        return blob.hex() == ids_of(found[0])[1]

    def vouch(self, start: str, ids: FileIds) -> Knows:
        """See `vouching`. `start`: what the names of files start with here."""
        data, places, written = self._data, self._places, self._written

        def vouches(path: str, seen: os.stat_result) -> bool:
            place = places.get(start + path)
            if place is None:
                return False
            created, created_ns, changed, changed_ns, _, inode, mode, _, _, size, blob, flags = _ENTRY.unpack_from(
                data, place
            )
            return bool(
                size == seen.st_size == ids.size(path)
                and changed * 10**9 + changed_ns == seen.st_mtime_ns
                and created * 10**9 + created_ns == seen.st_ctime_ns
                and is_settled(max(seen.st_mtime_ns, seen.st_ctime_ns), written)
                and inode == seen.st_ino & 0xFFFFFFFF
                and mode in _PLAIN
                and not flags & _FLAGS
                and blob.hex() == ids.blob(path)
            )

        return vouches


def _places(data: bytes) -> Iterator[tuple[str, int]]:
    """Where the entry of each name begins. Raises ValueError for what is not understood."""
    magic, version, count = _HEADER.unpack_from(data)
    if magic != b"DIRC" or version not in _VERSIONS:
        raise ValueError("an index of another form")
    place = _HEADER.size
    for _ in range(count):
        flags = data[place + _ENTRY.size - 2]
        start = place + _ENTRY.size + (_LONGER if flags & _EXTENDED >> 8 else 0)
        end = data.index(b"\0", start)
        yield os.fsdecode(data[start:end]), place
        place += (end - place + 8) & ~7
    _refuse_needed(data, place)


def _refuse_needed(data: bytes, place: int) -> None:
    """Raise ValueError for an extension that has to be understood: its name begins with a small letter."""
    while place < len(data) - _SUM:
        name, size = _EXTENSION.unpack_from(data, place)
        if not name[:1].isupper():
            raise ValueError("entries that lie elsewhere")
        place += _EXTENSION.size + size


def _read(path: str, limit: int) -> tuple[bytes, int] | None:
    """The bytes of a plain file, and when it was written; None for a larger one. Raises OSError."""
    descriptor = os.open(path, READ_FLAGS)
    try:
        seen = os.fstat(descriptor)
        data = read_all(descriptor, limit) if stat.S_ISREG(seen.st_mode) else None
    finally:
        os.close(descriptor)
    return None if data is None else (data, seen.st_mtime_ns)
