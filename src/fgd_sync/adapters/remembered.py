"""The files of a fabric directory of which it is remembered what planning found in them, behind `Recalled`.

What is kept of a directory is one sealed file of the cache: its entries, the digests of its files, and the result of
planning, for one version of this program. A file counts as the same if the system says that it was not touched, else
if its digest is the same. Everything that is read later is held to its digest.
"""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha1, sha256
from pathlib import Path

from fgd_sync.adapters.carry_out import JOURNAL
from fgd_sync.adapters.entries import Entries
from fgd_sync.adapters.os_errors import readable
from fgd_sync.adapters.program import program_digest
from fgd_sync.adapters.root import open_root
from fgd_sync.adapters.sealed import Sealed, packed, unpacked
from fgd_sync.model.code import PLAN_OUTDATED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.tree import Tree
from fgd_sync.planning.place import META
from fgd_sync.planning.readable import is_lfs_pointer
from fgd_sync.planning.resting import Recalled, Resting

KIND = "fabrics"
"""The folder of the cache that holds it."""

_Ids = dict[str, tuple[str, str]]
"""By path the SHA-256 of a file, and its id in git."""


class Shelf:
    """What is remembered of one directory, in a cache."""

    def __init__(self, cache: Sealed, directory: Path, entries: Entries) -> None:
        self._cache, self._entries = cache, entries
        self._name = sha256(str(directory.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
        self._program = program_digest(cache).encode()

    def take(self) -> tuple[Resting, _Ids, Sequence[str]] | None:
        """What was found, the ids of all files then, and which files may have changed since; None if nothing serves."""
        data = self._cache.read(KIND, self._name)
        if data is None:
            return None
        program, entries, paths, ids, resting = unpacked(data)
        if program != self._program:
            return None
        touched = self._entries.touched_since(Entries.decode(entries))
        if touched is None:
            return None
        words = ids.decode().split()
        names = paths.decode("utf-8", "surrogateescape").split("\0")
        found: Resting = pickle.loads(resting)  # noqa: S301 - sealed by ourselves, see `Sealed`
        return found, dict(zip(names, zip(words[::2], words[1::2], strict=True), strict=True)), touched

    def put(self, resting: Resting, ids: _Ids) -> None:
        """Remember what was found, and the ids of all files."""
        if not ids.keys() <= set(self._entries.paths):
            return
        names = "\0".join(ids).encode("utf-8", "surrogateescape")
        words = " ".join(f"{one} {other}" for one, other in ids.values()).encode()
        value = pickle.dumps(resting, pickle.HIGHEST_PROTOCOL)
        self._cache.write(KIND, self._name, packed([self._program, self._entries.encode(), names, words, value]))


class Remembered(Recalled):
    """The files of a directory. `data` has what was read already; the rest is read when it is asked for."""

    def __init__(self, directory: Path, shelf: Shelf, reread: Callable[[], Tree], data: Mapping[str, bytes]) -> None:
        self._directory, self._shelf, self._reread, self._data = directory, shelf, reread, dict(data)
        self._ids: _Ids = {}
        self.resting: Resting | None = None
        self.changed: Sequence[str] = ()

    def __getitem__(self, path: str) -> bytes:
        if path not in self._data:
            known = self._ids[path]
            with open_root(self._directory, "read") as root:
                data = root.read(path)
            if data is None or _ids_of(data) != known:
                raise FgdError(PLAN_OUTDATED, f"{readable(path)} was changed while it was read")
            self._data[path] = data
        return self._data[path]

    def __contains__(self, path: object) -> bool:
        return path in self._ids or path in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids or self._data)

    def __len__(self) -> int:
        return len(self._ids or self._data)

    @property
    def ids(self) -> Mapping[str, str]:
        """The SHA-256 of each file, in hex."""
        return {path: ids[0] for path, ids in self._known().items()}

    def blob_id(self, path: str) -> str:
        """The id that git gives to the content of a file, as far as it uses SHA-1."""
        return (self._ids.get(path) or _ids_of(self._data[path]))[1]

    def keep(self, resting: Resting) -> None:
        """Remember this for the next time."""
        self._shelf.put(resting, self._known())

    def whole(self) -> Tree:
        """The tree with all files read anew, to be planned without what is remembered."""
        return anew(self._directory, self._shelf, self._reread)

    def _known(self) -> _Ids:
        if not self._ids:
            self._ids = {path: _ids_of(data) for path, data in self._data.items()}
        return self._ids

    def recall(self, limit: int) -> bool:
        """Take what is remembered, if it serves: a file is read only if it may have changed. Raises FgdError."""
        taken = self._shelf.take()
        if taken is None:
            return False
        self.resting, self._ids, touched = taken
        with open_root(self._directory, "read") as root:
            self._data = {path: data for path in touched if (data := root.read(path)) is not None}
        changed = []
        for path in touched:
            data, known = self._data.get(path), self._ids.get(path)
            if data is None or known is None or len(data) > limit or is_lfs_pointer(data):
                return False
            self._ids[path] = _ids_of(data)
            if self._ids[path] != known:
                changed.append(path)
        self.changed = changed
        return True


def remembered(cache: Sealed, directory: Path, reread: Callable[[], Tree], limit: int) -> tuple[Tree, int]:
    """The files of a directory, with what is remembered of them, and the last time of a change. Raises FgdError.

    `reread` reads all of it. A file of more than `limit` bytes is not read.
    """
    try:
        before = stamp_of(directory)
        entries = Entries.of(str(directory)) if before else None
    except OSError:
        return reread(), 0
    if entries is None:
        return reread(), 0
    shelf = Shelf(cache, directory, entries)
    files = Remembered(directory, shelf, reread, {})
    is_same = files.recall(limit) and stamp_of(directory) == before
    return Tree(files) if is_same else anew(directory, shelf, reread), entries.newest


def anew(directory: Path, shelf: Shelf, reread: Callable[[], Tree]) -> Tree:
    """All files of a directory, to be remembered. Raises FgdError."""
    tree = reread()
    return Tree(Remembered(directory, shelf, reread, tree.files), tree.obstacles)


def stamp_of(directory: Path) -> int:
    """Differs if a run of ours changed the directory in between; 0 if one is at work or was interrupted."""
    try:
        (directory / JOURNAL).lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    else:
        return 0
    try:
        return (directory / META).lstat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _ids_of(data: bytes) -> tuple[str, str]:
    blob = sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False)
    return sha256(data).hexdigest(), blob.hexdigest()
