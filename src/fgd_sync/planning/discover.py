"""Which file of a tree is what: sources to ingest, managed files, and what cannot be used, with the reason."""

from collections.abc import Iterator

from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.diagnostic import Diagnostic, diagnose
from fgd_sync.model.location import Location
from fgd_sync.model.tree import Obstacle, Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import (
    ARCHIVE_LOG,
    ARCHIVED,
    KEEP_FILE,
    MANAGED,
    MANIFEST,
    META,
    RAW,
    README,
    TOP_LEVEL,
    UNMANAGED,
)
from fgd_sync.planning.samples import SAMPLE_ENDING

_NOT_READ = frozenset({META, UNMANAGED})
_OTHERS = frozenset({KEEP_FILE, README, "fgd_config.yaml"})


@dataclass(frozen=True, slots=True)
class Discovery:
    """Paths by role, each sorted: `strays` lie outside the four directories, `oversized` are too large to read."""

    sources: tuple[str, ...]
    strays: tuple[str, ...]
    managed: tuple[str, ...]
    oversized: tuple[str, ...]
    ignored: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    def only(self, path: str) -> "Discovery":
        """The same with no source but one."""
        sources, strays, oversized = (
            tuple(item for item in group if item == path) for group in (self.sources, self.strays, self.oversized)
        )
        return Discovery(sources, strays, self.managed, oversized, (), self.diagnostics)


def discover(tree: Tree, options: Options) -> Discovery:
    """Sort the paths of a fabric directory by what is to be done with them."""
    sources: list[str] = []
    strays: list[str] = []
    managed: list[str] = []
    ignored: list[str] = []
    extensions = options.ingestion.supported_extensions
    for path in sorted(tree.files):
        top, name = path.partition("/")[0], path.rpartition("/")[2]
        if top in _NOT_READ or name in _OTHERS:
            continue
        readable = name.lower().endswith(extensions)
        if top == RAW and not name.startswith(".") and not name.endswith((ARCHIVED, SAMPLE_ENDING)):
            (sources if readable else ignored).append(path)
        elif top == MANAGED and readable:
            managed.append(path)
        elif readable and top not in (RAW, MANAGED):
            strays.append(path)
    oversized = tuple(sorted(_oversized(tree)))
    found = Discovery(
        tuple(sources),
        tuple(strays),
        tuple(managed),
        oversized,
        tuple(ignored),
        (*_ignored(ignored), *_obstacles(tree, options)),
    )
    return found.only(options.only) if options.only else found


def _oversized(tree: Tree) -> Iterator[str]:
    for path, obstacle in tree.obstacles.items():
        if obstacle is Obstacle.TOO_LARGE and path.startswith(f"{RAW}/"):
            yield path


def _ignored(paths: list[str]) -> Iterator[Diagnostic]:
    for path in paths:
        yield diagnose(
            code.UNSUPPORTED_RESOURCE,
            "the file is left alone: its name does not end in .yaml, .yml or .json",
            Location(path),
            remedy="Rename it if it holds resources.",
        )


_CODES: dict[Obstacle, tuple[Code, str]] = {
    Obstacle.LINK: (code.UNSAFE_PATH, "Put the file itself here instead of a link to it."),
    Obstacle.OUTWARD_LINK: (
        code.UNSAFE_PATH,
        "Put the file itself here: nothing outside the fabric directory is read.",
    ),
    Obstacle.SPECIAL: (code.UNSAFE_PATH, "Remove it: only plain files are read."),
    Obstacle.UNREADABLE: (code.DIRECTORY_PERMISSION_DENIED, ""),
    Obstacle.TOO_LARGE: (code.TOO_LARGE, "Split the file, or raise `ingestion.max_file_size_mb` in fgd_config.yaml."),
    Obstacle.BAD_NAME: (code.UNSAFE_PATH, "Rename it with a name in UTF-8."),
    Obstacle.DIRECTORY: (code.UNSAFE_PATH, "Rename the directory; what is in it is read all the same."),
    Obstacle.SUBMODULE: (
        code.UNSAFE_PATH,
        "Put the files themselves here: what lies in a submodule cannot be committed with the fabric.",
    ),
    Obstacle.LFS_POINTER: (
        code.CONTENT_ELSEWHERE,
        "Take its pattern out of .gitattributes, then `git lfs pull` and `git add --renormalize .`: git can hold it.",
    ),
}

_HIDING = (
    Obstacle.TOO_LARGE, Obstacle.UNREADABLE, Obstacle.BAD_NAME, Obstacle.OUTWARD_LINK,
    Obstacle.LFS_POINTER,
)  # fmt: skip


def _obstacles(tree: Tree, options: Options) -> Iterator[Diagnostic]:
    for path, obstacle in sorted(tree.obstacles.items()):
        top = path.partition("/")[0]
        is_ours = top in (RAW, MANAGED) or path in (MANIFEST, ARCHIVE_LOG)
        if is_ours or (top not in TOP_LEVEL and hides_resources(path, obstacle, options)):
            yield obstacle_finding(path, obstacle)


def hides_resources(path: str, obstacle: Obstacle, options: Options) -> bool:
    """Whether resources may lie behind an entry outside the four directories that are found nowhere else."""
    is_named_so = path.lower().endswith(options.ingestion.supported_extensions)
    return obstacle in _HIDING and (is_named_so or obstacle is Obstacle.UNREADABLE)


def obstacle_finding(path: str, obstacle: Obstacle) -> Diagnostic:
    """Why an entry cannot be used, and what to do."""
    which, remedy = _CODES[obstacle]
    severity = code.Severity.WARNING if obstacle is Obstacle.DIRECTORY else None
    return diagnose(which, f"the entry is {obstacle}", Location(path), severity=severity, remedy=remedy)
