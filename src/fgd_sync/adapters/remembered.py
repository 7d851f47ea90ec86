"""The files of a fabric directory of which it is remembered what planning found in them, behind `Recalled`.

What is kept of a directory is one sealed file of the cache: its entries, the digests of its files, and the result of
planning, for one version of this program. A file counts as the same if the system says that it was not touched, else
if its digest is the same. Everything that is read later is held to its digest.
"""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from fgd_sync.adapters.carry_out import JOURNAL
from fgd_sync.adapters.entries import Entries
from fgd_sync.adapters.file_ids import FileIds, ids_of
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.os_errors import readable
from fgd_sync.adapters.program import program_digest
from fgd_sync.adapters.root import open_root
from fgd_sync.adapters.sealed import Sealed, packed, unpacked
from fgd_sync.model.code import PLAN_OUTDATED
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.place import MANAGED, META, RAW, UNMANAGED
from fgd_sync.planning.readable import is_lfs_pointer, is_utf8, may_be_read
from fgd_sync.planning.recalled import Recalled
from fgd_sync.planning.resting import Resting

KIND = "fabrics"
"""The folder of the cache that holds it."""

_PLAIN = (RAW, MANAGED, UNMANAGED)
"""The folders in which a new file is read wherever it lies."""

_MOST_TOUCHED = 20
"""So many files are quicker read each time than all that is remembered is written."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Where is remembered what was found, and the look that all of a run share."""

    files: Sealed
    look: Look


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is remembered of one directory. `reread` reads all of it."""

    cache: Cache
    directory: Path
    entries: Entries
    reread: Callable[[], Tree]
    settings: IngestionSettings

    @property
    def _name(self) -> str:
        return sha256(str(self.directory.resolve()).encode("utf-8", "surrogateescape")).hexdigest()

    def take(self) -> tuple[FileIds, Mapping[str, bool], Resting] | None:
        """The ids of all files then, which may have changed since and are new, and what was found; None: nothing."""
        data = self.cache.files.read(KIND, self._name)
        if data is None:
            return None
        program, *fields = unpacked(data)
        if program.decode() != program_digest(self.cache.files, self.cache.look):
            return None
        entries, ids, resting = fields
        touched = self.entries.differing(entries)
        if touched is None:
            return None
        found: Resting = pickle.loads(resting)  # noqa: S301 - sealed by ourselves, see `Sealed`
        return FileIds.decode(ids), touched, found

    def put(self, ids: FileIds, resting: Resting) -> None:
        """Remember the ids of all files, and what was found."""
        if any(path not in self.entries for path in ids):
            return
        program = program_digest(self.cache.files, self.cache.look).encode()
        value = pickle.dumps(resting, pickle.HIGHEST_PROTOCOL)
        try:
            data = packed([program, self.entries.encode(), ids.encode(), value])
        except ValueError:
            return
        self.cache.files.write(KIND, self._name, data)


class Remembered(Recalled):
    """The files of a directory. `data` has what was read already; the rest is read when it is asked for."""

    def __init__(self, shelf: Shelf, data: Mapping[str, bytes]) -> None:
        self._shelf, self._data = shelf, dict(data)
        self._ids: FileIds | None = None
        self.resting: Resting | None = None
        self.changed: Sequence[str] = ()
        self.new: Sequence[str] = ()
        self.gone: Sequence[str] = ()
        self.is_worn = False

    def __getitem__(self, path: str) -> bytes:
        if path not in self._data:
            known = self._known[path]
            with open_root(self._shelf.directory, "read") as root:
                data = root.read(path)
            if data is None or ids_of(data)[0] != known:
                raise FgdError(PLAN_OUTDATED, f"{readable(path)} was changed while it was read")
            self._data[path] = data
        return self._data[path]

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def _paths(self) -> Mapping[str, object]:
        return self._data if self._ids is None else self._ids

    @property
    def _known(self) -> FileIds:
        if self._ids is None:
            self._ids = FileIds.of(self._data)
        return self._ids

    @property
    def digest(self) -> str:
        """The SHA-256 of the lines of all files, in hex."""
        return sha256(self._known.lines).hexdigest()

    def blob_id(self, path: str) -> str:
        """The id that git gives to the content of a file, as far as it uses SHA-1."""
        return self._known.blob(path)

    def keep(self, resting: Resting) -> None:
        """Remember this for the next time."""
        self._shelf.put(self._known, resting)

    def whole(self) -> Tree:
        """The tree with all files read anew, to be planned without what is remembered."""
        return anew(self._shelf)

    def recall(self) -> bool:
        """Take what is remembered, if it serves: a file is read only if it may have changed."""
        taken = self._shelf.take()
        if taken is None:
            return False
        ids, touched, resting = taken
        found = self._read(ids, touched)
        if found is None:
            return False
        self._data = {path: data for path, data in found.items() if data is not None}
        self.gone = [path for path in found if path not in self._data]
        self.new = [path for path in self._data if path not in ids]
        made = {path: ids_of(data) for path, data in self._data.items()}
        self.changed = [path for path in made if made[path][0] != ids.get(path)]
        for path in self.changed:
            ids.put(path, made[path])
        for path in self.gone:
            ids.drop(path)
        self._ids, self.resting, self.is_worn = ids, resting, len(touched) > _MOST_TOUCHED
        return True

    def _read(self, ids: FileIds, touched: Mapping[str, bool]) -> dict[str, bytes | None] | None:
        """The bytes of files that were touched, as far as they count; None where that cannot be told from their paths.

        A file that is gone has no bytes.
        """
        settings = self._shelf.settings
        paths = [path for path in touched if path in ids or may_be_read(path, settings.supported_extensions)]
        if not all(path in ids or (touched[path] and _is_plain(path)) for path in paths):
            return None
        try:
            with open_root(self._shelf.directory, "read") as root:
                found = {path: root.read(path) for path in paths}
        except FgdError:
            return None
        limit = settings.max_file_size_mb * 1024 * 1024
        is_read = all(data is None or not (len(data) > limit or is_lfs_pointer(data)) for data in found.values())
        return found if is_read else None


def _is_plain(path: str) -> bool:
    """Whether a new file is read whatever lies around it."""
    folder, _, name = path.rpartition("/")
    return folder.partition("/")[0] in _PLAIN and name != ".git" and is_utf8(path)


def remembered(
    cache: Cache, directory: Path, reread: Callable[[], Tree], settings: IngestionSettings
) -> tuple[Tree, int]:
    """The files of a directory, with what is remembered of them, and the last time of a change. Raises FgdError.

    `reread` reads all of it.
    """
    try:
        entries = Entries(cache.look, str(directory))
    except (OSError, OverflowError):
        return reread(), 0
    before = 0 if JOURNAL in entries else entries.modified(META)
    if not before:
        return reread(), 0
    shelf = Shelf(cache, directory, entries, reread, settings)
    files = Remembered(shelf, {})
    is_same = files.recall() and stamp_of(directory) == before
    return Tree(files) if is_same else anew(shelf), entries.newest


def anew(shelf: Shelf) -> Tree:
    """All files of a directory, to be remembered. Raises FgdError."""
    tree = shelf.reread()
    return Tree(Remembered(shelf, tree.files), tree.obstacles)


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
