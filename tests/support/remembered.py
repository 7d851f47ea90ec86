"""Files of a tree that are remembered in memory: what planning keeps is there for the next plan."""

from collections.abc import Iterator
from hashlib import sha1, sha256

from fgd_sync.model.tree import Tree
from fgd_sync.planning.recalled import Recalled, lines_of
from fgd_sync.planning.resting import Resting


class MemoryFiles(Recalled):
    """The files of a tree, after those of an earlier one. `read` has what was asked for."""

    def __init__(self, tree: Tree, earlier: "MemoryFiles | None" = None) -> None:
        self._files = tree.files
        self.kept: Resting | None = None
        self.ids = {path: sha256(data).hexdigest() for path, data in tree.files.items()}
        before = earlier.ids if earlier else {}
        self.resting = earlier.kept if earlier else None
        self.changed = [path for path in self.ids if before.get(path) != self.ids[path]]
        self.new = [path for path in self.ids if path not in before]
        self.gone = [path for path in before if path not in self.ids]
        self.is_worn = True
        self.read: set[str] = set()

    @property
    def digest(self) -> str:
        return sha256(lines_of(self.ids)).hexdigest()

    def blob_id(self, path: str) -> str:
        return sha1(b"blob %d\0%b" % (len(self._files[path]), self._files[path])).hexdigest()

    def whole(self) -> Tree:
        self.resting = None
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
