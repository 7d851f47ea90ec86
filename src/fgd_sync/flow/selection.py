"""Which of the fabrics that were found are worked on, and how they are spread over the jobs of a matrix.

Takes targets and names; gives targets, or the entries of a matrix.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from fgd_sync.flow.run import World
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import DIRECTORY_NOT_FOUND
from fgd_sync.model.failure import FgdError
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.place import MANIFEST
from fgd_sync.planning.structure import fabric_name
from fgd_sync.schema.words import names_of, show

MOST_JOBS = 256
"""Jobs of one matrix on GitHub."""

NameOf = Callable[[Target], str]


@dataclass(frozen=True, slots=True)
class Share:
    """The fabrics of one job, by name and by path."""

    fabrics: tuple[str, ...]
    paths: tuple[str, ...]


def name_of(world: World, target: Target) -> str:
    """The name of a fabric: from the settings, the manifest, or its directory. Raises FgdError."""
    if target.name:
        return target.name
    data = world.workspace.read_file(target.directory, MANIFEST)
    return fabric_name(Tree({} if data is None else {MANIFEST: data})) or target.directory.resolve().name


def choose(targets: Sequence[Target], names: Sequence[str], name: NameOf) -> list[Target]:
    """The fabrics with these names or paths; all if there are no names. Raises FgdError for names of none of them."""
    if not names:
        return list(targets)
    wanted = {item.rstrip("/") or item for item in names}
    known = [(target, name(target)) for target in targets]
    chosen = [target for target, called in known if wanted & {called, target.display}]
    strangers = wanted - {word for target, called in known for word in (called, target.display)}
    if strangers:
        raise _unknown(sorted(strangers), [called for _, called in known])
    return chosen


def _unknown(names: list[str], known: list[str]) -> FgdError:
    from fgd_sync.schema.nearest import nearest  # only where a name means nothing

    near = nearest(names[0], known)
    hint = f"Did you mean {show(near)}?" if near else f"There are: {names_of(sorted(known))}." if known else ""
    noun = "fabric" if len(names) == 1 else "fabrics"
    return FgdError(DIRECTORY_NOT_FOUND, f"there is no {noun} {names_of(names)}", remedy=hint)


def changed_among(targets: Sequence[Target], root: Path, files: Iterable[str], common: str) -> list[Target]:
    """The fabrics that some of the files, given from `root`, lie in; all if one is named `common`, such as settings."""
    paths = [PurePosixPath(name) for name in files]
    if any(path.name == common for path in paths):
        return list(targets)
    touched = {folder for path in paths for folder in path.parents}
    top = root.resolve()
    return [target for target in targets if PurePosixPath(target.directory.resolve().relative_to(top)) in touched]


def share_out(targets: Sequence[Target], name: NameOf, jobs: int = MOST_JOBS) -> list[Share]:
    """The fabrics spread evenly over at most so many jobs, in their order."""
    return [
        Share(tuple(name(target) for target in part), tuple(target.display for target in part))
        for part in _parts(targets, min(jobs, len(targets)))
    ]


def _parts(targets: Sequence[Target], jobs: int) -> Iterator[Sequence[Target]]:
    end = 0
    for job in range(jobs):
        start, end = end, len(targets) * (job + 1) // jobs
        yield targets[start:end]
