"""A fabric directory as a commit holds it, and changes to it as the files of a new commit.

Reads from a git store what `fgd_sync.adapters.walk` reads on a disk, by the same rules, and gives the same tree. Knows
no refs and no network.
"""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import normpath

from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.code import UNSAFE_PATH
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import EXECUTABLE, FILE, LINK, SUBMODULE, TreeEntry
from fgd_sync.model.tree import Obstacle, Tree
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.place import ARCHIVE_LOG, MANIFEST
from fgd_sync.planning.readable import (
    DEEPEST,
    JOURNAL_DRAFT,
    is_lfs_pointer,
    is_passed_over,
    is_read_whole,
    is_utf8,
    may_hold_resources,
)
from fgd_sync.ports import GitStore, Memory, Read

_MOST_LINKS = 40
"""So many links in a row are followed, as by the kernel."""

_MOST_ASKED = 8
"""When files were asked for so often, all others are read at once: each time starts a process."""


@dataclass(frozen=True, slots=True)
class CommitTree:
    """A fabric directory in a commit: its tree, and all entries below it by path within the fabric.

    `laid`: the files of the tree that are not as the commit has them, but as a work tree has them; None: not there.
    """

    folder: str
    tree: Tree
    entries: Mapping[str, TreeEntry]
    laid: Mapping[str, bytes | None] = field(default_factory=dict)


@dataclass(slots=True)
class Reader:
    """Reads fabrics from commits of one store. Blobs that were read are kept: another tip has most of them too.

    `memory`: what earlier runs found; with it only what they did not see is read.
    """

    store: GitStore
    settings: IngestionSettings
    memory: Memory | None = None
    _known: dict[str, bytes] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)

    def warm(self, commit: str, folders: Iterable[str]) -> None:
        """Read the blobs of many fabrics together, so that each is there when it is read. Raises FgdError."""
        if self.memory:
            return
        everything = self.store.entries(commit)
        chosen = [self._choose(folder, _inside(everything, folder)) for folder in folders]
        self._measure(name for selection in chosen for name in selection.files.values())
        self._fill(name for item in chosen for name in (*self._small(item.files).values(), *item.links.values()))

    def _choose(self, folder: str, entries: Mapping[str, TreeEntry]) -> "_Selection":
        return _Selection(folder, entries, self.settings.supported_extensions)

    def read(self, commit: str, folder: str, laid: Mapping[str, bytes | None] | None = None) -> CommitTree:
        """A fabric directory; an empty one if the commit does not have it. `folder` "": the whole repository.

        `laid`: files of a work tree, by path within the fabric, that take the place of the commit's; None: gone there.
        Raises FgdError where git fails, and for a folder that is a link, a file or a submodule, or lies in one.
        """
        laid = laid or {}
        below = self.store.entries(commit, folder)
        if folder and not below:
            self._refuse_if_in_the_way(commit, folder)
        entries = _inside(below, folder)
        kept = {path: entry for path, entry in entries.items() if path not in laid}
        own = {path: TreeEntry(FILE, f"laid:{folder}/{path}") for path, data in laid.items() if data is not None}
        self._known.update({f"laid:{folder}/{path}": data for path, data in laid.items() if data is not None})
        tree = self._tree(self._choose(folder, {**kept, **own}))
        used = {path: data for path, data in laid.items() if path in tree.files or (data is None and path in entries)}
        return CommitTree(folder, tree, entries, used)

    def _refuse_if_in_the_way(self, commit: str, folder: str) -> None:
        entries = self.store.entries(commit)
        parts = folder.split("/")
        for path in ("/".join(parts[:count]) for count in range(1, len(parts) + 1)):
            if path in entries:
                what = {LINK: "a symbolic link", SUBMODULE: "a submodule"}.get(entries[path].mode, "a file")
                raise FgdError(
                    UNSAFE_PATH,
                    f"the fabric directory {folder} cannot be written: {path} is {what}",
                    remedy="Put the directory itself into the repository, or run the tool in the repository it is in.",
                )

    def _tree(self, chosen: "_Selection") -> Tree:
        if self.memory is None or chosen.links or chosen.obstacles:
            return self._whole(chosen)
        return self.memory.recall(chosen.folder, chosen.files, self._some(chosen), lambda: self._whole(chosen))

    def _some(self, chosen: "_Selection") -> Read:
        """Reads some files of a fabric, all together when they are asked for one by one too often."""
        asked = 0

        def read(paths: Iterable[str]) -> dict[str, bytes | None]:
            nonlocal asked
            asked += 1
            names = {path: chosen.files[path] for path in paths}
            self._measure(names.values() if asked < _MOST_ASKED else chosen.files.values())
            self._fill(self._small(names if asked < _MOST_ASKED else chosen.files).values())
            return {path: self._known[name] for path, name in self._small(names).items()}

        return read

    def _whole(self, chosen: "_Selection") -> Tree:
        self._measure(chosen.files.values())
        wanted = self._small(chosen.files)
        self._fill([*wanted.values(), *chosen.links.values()])
        files = {path: self._known[name] for path, name in wanted.items()}
        targets = {path: self._known[name].decode("utf-8", "surrogateescape") for path, name in chosen.links.items()}
        obstacles = {
            **chosen.obstacles,
            **dict.fromkeys(chosen.files.keys() - files.keys(), Obstacle.TOO_LARGE),
            **{path: Obstacle.LFS_POINTER for path, data in files.items() if is_lfs_pointer(data)},
            **dict(_judge_links(chosen, targets)),
        }
        return Tree({path: data for path, data in files.items() if path not in obstacles}, obstacles)

    def _small(self, files: Mapping[str, str]) -> dict[str, str]:
        """The files that are not too large to be read, of some by path."""
        limit = self.settings.max_file_size_mb * 1024 * 1024
        return {path: name for path, name in files.items() if path == ARCHIVE_LOG or self._size(name) <= limit}

    def _size(self, name: str) -> int:
        return len(self._known[name]) if name in self._known else self._sizes[name]

    def _measure(self, names: Iterable[str]) -> None:
        missing = [name for name in names if name not in self._known and name not in self._sizes]
        if missing:
            self._sizes.update(self.store.sizes(missing))

    def _fill(self, names: Iterable[str]) -> None:
        missing = [name for name in names if name not in self._known]
        if missing:
            self._known.update(self.store.blobs(missing))


def _inside(entries: Mapping[str, TreeEntry], folder: str) -> dict[str, TreeEntry]:
    """The entries below a folder, by their path in it."""
    start = f"{folder}/" if folder else ""
    return {path[len(start) :]: entry for path, entry in entries.items() if path.startswith(start)}


class _Selection:
    """The entries of a fabric that are read: `files` and all `links` by path, with the ids; and the `obstacles`.

    `shown`: the links that the walk over the fabric comes by.
    """

    def __init__(self, folder: str, entries: Mapping[str, TreeEntry], extensions: tuple[str, ...]) -> None:
        self.folder, self._entries, self._extensions = folder, entries, extensions
        self.files: dict[str, str] = {}
        self.links = {path: entry.id for path, entry in entries.items() if entry.mode == LINK}
        self.shown: list[str] = []
        self.obstacles: dict[str, Obstacle] = {}
        self._folders: dict[str, bool] = {"": True}
        for path, entry in entries.items():
            if self._enters(path.rpartition("/")[0]):
                self._take(path, entry)

    def _enters(self, folder: str) -> bool:
        """Whether the walk goes into a folder; asked once of each."""
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._enters(folder.rpartition("/")[0]) and self._may_enter(folder)
        return known

    def _may_enter(self, folder: str) -> bool:
        name = folder.rpartition("/")[2]
        if not is_utf8(name):
            self.obstacles[folder] = Obstacle.BAD_NAME
            return False
        if is_passed_over(folder):
            return False
        if name.lower().endswith(self._extensions):
            self.obstacles[folder] = Obstacle.DIRECTORY
        if folder.count("/") >= DEEPEST:
            self.obstacles[folder] = Obstacle.UNREADABLE
            return False
        return is_read_whole(folder) or not self._is_fabric(folder)

    def _is_fabric(self, folder: str) -> bool:
        manifest = self._entries.get(f"{folder}/{MANIFEST}")
        return manifest is not None and manifest.mode not in (LINK, SUBMODULE)

    def _take(self, path: str, entry: TreeEntry) -> None:
        everything = is_read_whole(path) and "/" in path
        if entry.mode == LINK:
            self.shown.append(path)
        elif not is_utf8(path.rpartition("/")[2]):
            self.obstacles[path] = Obstacle.BAD_NAME
        elif entry.mode == SUBMODULE:
            if is_read_whole(path) and not is_passed_over(path):
                self.obstacles[path] = Obstacle.SUBMODULE
        elif path != JOURNAL_DRAFT and (everything or may_hold_resources(path, self._extensions)):
            self.files[path] = entry.id


def _judge_links(chosen: _Selection, targets: Mapping[str, str]) -> Iterator[tuple[str, Obstacle]]:
    for path in chosen.shown:
        inside = _leads_inside(path, chosen.folder, targets)
        yield path, Obstacle.LINK if inside else Obstacle.OUTWARD_LINK


def _leads_inside(path: str, folder: str, targets: Mapping[str, str]) -> bool:
    """Whether a link leads to a place within the fabric, links on its way followed as far as the fabric holds them."""
    root = f"/{folder}" if folder else ""
    rest = path.split("/")
    place = root
    for _ in range(_MOST_LINKS):
        place, rest, target = _advance(place, rest, root, targets)
        if target is None:
            return place == root or place.startswith(f"{root}/")
        if target.startswith("/"):
            return False
        rest = [*target.split("/"), *rest]
    return True


def _advance(place: str, rest: list[str], root: str, targets: Mapping[str, str]) -> tuple[str, list[str], str | None]:
    """Go down a path till its end or a link: the place reached, what is left of the path, the link's target."""
    for number, name in enumerate(rest):
        if name == ".." and not place:
            return "..", [], None
        onward = normpath(f"{place}/{name}").rstrip("/")
        target = targets.get(onward.removeprefix(f"{root}/")) if onward.startswith(f"{root}/") else None
        if target is not None:
            return place, rest[number + 1 :], target
        place = onward
    return place, [], None


def commit_files(
    base: CommitTree, changes: Iterable[Change]
) -> tuple[dict[str, bytes | TreeEntry | None], frozenset[str]]:
    """The files of a commit that makes changes to a fabric, by path in the repository, and which are executable.

    What was laid over the commit goes along. Raises FgdError UNSAFE_PATH for a write over an entry that was not read.
    """
    files: dict[str, bytes | TreeEntry | None] = dict(base.laid)
    for change in changes:
        match change:
            case Write(path=path, data=data):
                if change.before is None and files.get(path, base.entries.get(path)) is not None:
                    raise FgdError(UNSAFE_PATH, f"{path} is to be written, but what is there could not be read")
                files[path] = data
            case Delete(path=path):
                files[path] = None
            case Move(source=source, target=target):
                files[target] = files.get(source, base.entries.get(source))
                files[source] = None
    start = f"{base.folder}/" if base.folder else ""
    executable = {path for path, entry in base.entries.items() if entry.mode == EXECUTABLE} & files.keys()
    return {f"{start}{path}": data for path, data in files.items()}, frozenset(f"{start}{path}" for path in executable)
