"""What earlier runs found in the fabrics of a repository, for one that reads them from a commit: the port `Memory`."""

from collections.abc import Mapping
from pathlib import Path

from fgd_sync.adapters.remembered import MOST_FRESH, Remembered, Source, compared, plain
from fgd_sync.adapters.shelf import Cache, Shelf
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.stowed import LostError
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass
from fgd_sync.ports import Read, Whole


@dataclass(frozen=True, slots=True)
class CommitMemory:
    """The port on a cache. `root`: where the repository is checked out; what was found there serves as well."""

    cache: Cache
    root: Path
    settings: IngestionSettings

    def recall(self, folder: str, ids: Mapping[str, str], read: Read, whole: Whole) -> Tree:
        """The files of a fabric, with what is remembered of them; only those that differ are read. Raises FgdError."""
        source, shelf = Source(read, whole, self.settings), Shelf(self.cache, self.root / folder)
        kept = shelf.take(len(ids))
        if kept is None:
            return compared(source, shelf, None) if shelf.keeps(len(ids)) else whole()
        try:
            fresh = [path for path, name in ids.items() if kept.ids.blob(path) != name]
        except LostError:
            return compared(source, shelf, None)
        if len(fresh) > len(ids) * MOST_FRESH:
            return compared(source, shelf, kept)
        data = plain(read(fresh), self.settings)
        if data is None or len(data) < len(fresh):
            return compared(source, shelf, None)
        files = Remembered(source, shelf, data)
        files.build_upon(kept, [path for path in kept.ids if path not in ids])
        return Tree(files)

    def leave(self) -> None:
        """Leave in refs what was found in large fabrics."""
        if self.cache.refs:
            self.cache.refs.leave()
