"""The files of a fabric of which it is remembered what planning found in them, behind `Recalled`.

They lie in a directory, or in a commit. A file in a directory counts as the same if the system says that it was not
touched, else if its digest is the same; one in a commit if it has the same id. All that is read later is held to that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from fgd_sync.adapters.entries import Entries
from fgd_sync.adapters.file_ids import FileIds, ids_of
from fgd_sync.adapters.os_errors import readable
from fgd_sync.adapters.root import open_root
from fgd_sync.adapters.shelf import Cache, Kept, Shelf
from fgd_sync.model.code import PLAN_OUTDATED
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.stowed import LostError
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.place import MANAGED, META, RAW, UNMANAGED
from fgd_sync.planning.readable import JOURNAL, is_lfs_pointer, is_utf8, may_be_read
from fgd_sync.planning.recalled import Recalled
from fgd_sync.planning.resting import Resting

if TYPE_CHECKING:  # Few runs walk, and a check needs nothing of what the ports are about.
    from fgd_sync.adapters.walk import Knows
    from fgd_sync.ports import Read, Whole

_PLAIN = (RAW, MANAGED, UNMANAGED)
"""The folders in which a new file is read wherever it lies."""

MOST_TOUCHED = 20
"""So many files are quicker read each time than all that is remembered is written."""

MOST_FRESH = 0.2
"""If a larger part of the files is not known, all are looked at together."""


_Answer = TypeVar("_Answer")

Unknown = Callable[["Knows"], tuple[Tree, list[str]] | None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the files of a fabric are: how some are read and how all are, and what to remember of the place.

    `unknown`: reads those that are not known by what the system tells of them, and gives the paths of the others.
    """

    read: "Read"
    whole: "Whole"
    settings: IngestionSettings
    entries: Entries | None = None
    unknown: Unknown | None = None


class Remembered(Recalled):
    """The files of a fabric. `data` has what was read already; the rest is read when it is asked for."""

    def __init__(self, source: Source, shelf: Shelf, data: Mapping[str, bytes]) -> None:
        self._source, self._shelf, self._data = source, shelf, dict(data)
        self._ids: FileIds | None = None
        self.resting: Resting | None = None
        self.changed: Sequence[str] = ()
        self.new: Sequence[str] = ()
        self.gone: Sequence[str] = ()
        self.is_worn = False

    def __getitem__(self, path: str) -> bytes:
        known = "" if path in self._data else self._tell(lambda: self._known[path])
        if path not in self._data:
            data = self._source.read([path])[path]
            if data is None or sha256(data).hexdigest() != known:
                raise FgdError(PLAN_OUTDATED, f"{readable(path)} was changed while it was read")
            self._data[path] = data
        return self._data[path]

    def __contains__(self, path: object) -> bool:
        return self._tell(lambda: path in self._paths)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tell(lambda: list(self._paths)))

    def __len__(self) -> int:
        return self._tell(lambda: len(self._paths))

    def _tell(self, ask: Callable[[], _Answer]) -> _Answer:
        """What is remembered of the files; where that is lost, all of them are read, and nothing is built upon it."""
        try:
            return ask()
        except LostError:
            self._data, self._ids, self.resting = dict(self._source.whole().files), None, None
            return ask()

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
        return self._tell(lambda: self._known.digest)

    def blob_id(self, path: str) -> str:
        """The id that git gives to the content of a file, as far as it uses SHA-1."""
        try:
            return self._known.blob(path)
        except LostError:
            return ids_of(self[path])[1]

    def keep(self, resting: Resting) -> None:
        """Remember this for the next time, unless files are not among the entries that were looked at.

        Raises LostError.
        """
        entries, ids = self._source.entries, self._known
        if entries is None or all(path in entries for path in ids):
            self._shelf.put(entries.encode() if entries else b"", ids, resting)

    def whole(self) -> Tree:
        """The tree with all files read anew, to be planned without what is remembered."""
        if self._tell(lambda: self._paths.keys() <= self._data.keys()):
            return Tree(Remembered(self._source, self._shelf, self._data))
        return compared(self._source, self._shelf, None)

    def build_upon(self, kept: Kept, gone: Sequence[str], *, is_worn: bool = False) -> None:
        """Take what was kept. What was read already may be new or other than then; the rest is as it was.

        `is_worn`: it should be kept anew even if few files are other than then.
        """
        made = {path: ids_of(data) for path, data in self._data.items()}
        self.gone = gone
        self.new = [path for path in made if path not in kept.ids]
        self.changed = [path for path in made if made[path][0] != kept.ids.get(path)]
        self.is_worn = is_worn or len(self.changed) + len(gone) > MOST_TOUCHED
        kept.ids.note({path: made[path] for path in self.changed} | dict.fromkeys(gone))
        self._ids, self.resting = kept.ids, kept.resting


def remembered(
    cache: Cache, directory: Path, reread: Callable[[], Tree], settings: IngestionSettings, *, unknown: Unknown
) -> tuple[Tree, int]:
    """The files of a directory, with what is remembered of them, and the last time of a change. Raises FgdError.

    `reread` reads all of it, `unknown` what is not known.
    """
    try:
        entries = Entries(cache.look, str(directory))
    except (OSError, OverflowError):
        return reread(), 0
    before = 0 if JOURNAL in entries else entries.modified(META)
    if not before:
        return reread(), 0

    def read(paths: Iterable[str]) -> dict[str, bytes | None]:
        with open_root(directory, "read") as root:
            return {path: root.read(path) for path in paths}

    source, shelf = Source(read, reread, settings, entries, unknown), Shelf(cache, directory)
    kept = shelf.take(len(entries))
    if kept is None and not shelf.keeps(len(entries)):
        return reread(), 0
    found = _touched(source, shelf, kept) if kept else None
    if found is None:
        found = compared(source, shelf, kept)
    elif stamp_of(directory) != before:
        found = compared(source, shelf, None)
    return found, entries.newest


def _touched(source: Source, shelf: Shelf, kept: Kept) -> Tree | None:
    """The files of a directory, of which only those that were touched are read; None where that does not do."""
    try:
        return _read_touched(source, shelf, kept)
    except LostError:
        return None


def _read_touched(source: Source, shelf: Shelf, kept: Kept) -> Tree | None:
    assert source.entries, "a directory has entries"
    touched, settings = source.entries.differing(kept.entries()), source.settings
    if touched is None:
        return None
    paths = [path for path in touched if path in kept.ids or may_be_read(path, settings.supported_extensions)]
    if len(paths) > max(MOST_TOUCHED, len(kept.ids) * MOST_FRESH):
        return None
    if not all(path in kept.ids or (touched[path] and _is_plain(path)) for path in paths):
        return None
    try:
        found = source.read(paths)
    except FgdError:
        return None
    data = plain(found, settings)
    if data is None:
        return None
    files, gone = Remembered(source, shelf, data), [path for path in found if path not in data]
    files.build_upon(kept, gone, is_worn=len(touched) > MOST_TOUCHED)
    return Tree(files)


def plain(found: Mapping[str, bytes | None], settings: IngestionSettings) -> dict[str, bytes] | None:
    """The files that are there; None if one is not read for its size or its content."""
    limit = settings.max_file_size_mb * 1024 * 1024
    data = {path: item for path, item in found.items() if item is not None}
    return None if any(len(item) > limit or is_lfs_pointer(item) for item in data.values()) else data


def _is_plain(path: str) -> bool:
    """Whether a new file is read whatever lies around it."""
    folder, _, name = path.rpartition("/")
    return folder.partition("/")[0] in _PLAIN and name != ".git" and is_utf8(path)


def compared(source: Source, shelf: Shelf, kept: Kept | None) -> Tree:
    """All files, built upon what was kept as far as their bytes are the same. Raises FgdError."""
    kept = kept if kept and kept.ids.are_there() else None
    tree, same = (_unknown(source, shelf, kept) if kept else None) or (source.whole(), [])
    files = Remembered(source, shelf, tree.files)
    if kept and not tree.obstacles:
        there, is_desk = {*tree.files, *same}, shelf.cache.root is None
        files.build_upon(kept, [path for path in kept.ids if path not in there], is_worn=is_desk)
    return Tree(files, tree.obstacles)


def _unknown(source: Source, shelf: Shelf, kept: Kept) -> tuple[Tree, list[str]] | None:
    """The files that nobody vouches for, and the paths of the others; None where all have to be read."""
    if source.unknown is None:
        return None
    from fgd_sync.adapters.git_index import vouching

    try:
        knows = vouching(str(shelf.directory), kept.ids)
        found = source.unknown(knows) if knows else None
    except LostError:
        return None
    return None if found is None or found[0].obstacles else found


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
