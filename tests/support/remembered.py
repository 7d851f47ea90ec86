"""Files of a tree that are remembered in memory: what planning keeps is there for the next plan."""

from collections.abc import Iterator
from hashlib import sha1, sha256

from fgd_sync.model.tree import Tree
from fgd_sync.planning.resting import Recalled, Resting


class MemoryFiles(Recalled):
    """The files of a tree, after those of an earlier one if that has the same paths. `read` has what was asked for."""

    def __init__(self, tree: Tree, earlier: "MemoryFiles | None" = None) -> None:
        self._files = tree.files
        self.kept: Resting | None = None
        self._ids = {path: sha256(data).hexdigest() for path, data in tree.files.items()}
        builds = earlier is not None and earlier._ids.keys() == self._ids.keys()
        self.resting = earlier.kept if earlier and builds else None
        self.changed = [path for path in self._ids if earlier and earlier._ids.get(path) != self._ids[path]]
        self.read: set[str] = set()

    @property
    def ids(self) -> dict[str, str]:
        return self._ids

    def blob_id(self, path: str) -> str:
        return sha1(b"blob %d\0%b" % (len(self._files[path]), self._files[path])).hexdigest()

    def whole(self) -> Tree:
        return Tree(self)

    def keep(self, resting: Resting) -> None:
        self.kept = resting

    def __getitem__(self, path: str) -> bytes:
        self.read.add(path)
        return self._files[path]

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
