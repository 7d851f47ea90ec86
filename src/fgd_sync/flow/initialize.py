"""Setting up a fabric directory: the structure, samples, and the resources that lie in it already."""

from pathlib import Path

from fgd_sync.flow.run import Request, World, plan_fabric
from fgd_sync.flow.sync import Crew, sync
from fgd_sync.flow.targets import Target, refuse_part_of_fabric
from fgd_sync.model import code
from fgd_sync.model.change import Write
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport
from fgd_sync.model.value import dataclass
from fgd_sync.planning.place import KEEP_FILE
from fgd_sync.planning.samples import SAMPLES
from fgd_sync.planning.structure import is_initialized


@dataclass(frozen=True, slots=True)
class Initialized:
    """What was made. `initialized` is False where the directory had been set up before and was left as it is."""

    report: FabricReport
    initialized: bool
    directories: tuple[str, ...]
    files: tuple[str, ...]


def initialize(
    world: World, crew: Crew, path: Path, *, name: str = "", force: bool = False, samples: bool = False
) -> Initialized:
    """Set up a directory and ingest what it holds. Raises FgdError."""
    refuse_part_of_fabric(path)
    world.workspace.make_directory(path)
    with world.workspace.hold(path, world.settings.sync.lock_timeout, world.clock):
        world.workspace.recover(path)
    tree = world.workspace.read(path, world.settings.ingestion)
    target = Target(path, path.as_posix(), name, None, None)
    request = Request(base="", initialize=True)
    if is_initialized(tree) and not force:
        return Initialized(plan_fabric(world, target, request), False, (), ())
    (report,) = sync(world, crew, [target], request)
    if report.failure:
        raise report.failure
    if samples:
        _write_samples(world, path)
    return _initialized(report, samples)


def _write_samples(world: World, path: Path) -> None:
    there = world.workspace.read(path, world.settings.ingestion).files
    changes = [Write(name, text.encode(), None) for name, text in SAMPLES.items() if name not in there]
    world.workspace.make(path, changes, frozenset())


def _initialized(report: FabricReport, samples: bool) -> Initialized:
    if report.plan is None:
        raise FgdError(code.DIRECTORY_INITIALIZATION_FAILED, "nothing was planned")
    written = [item.path for item in report.plan.changes if isinstance(item, Write) and item.before is None]
    folders = sorted({item.rpartition("/")[0] for item in written if "/" in item})
    files = [item for item in written if not item.endswith(KEEP_FILE)] + (sorted(SAMPLES) if samples else [])
    return Initialized(report, True, tuple(folders), tuple(files))
