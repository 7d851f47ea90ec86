"""One command over its fabrics: read, plan, and for a sync make the plan; each fabric is isolated from the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fgd_sync.flow.targets import Target
from fgd_sync.model import code
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.plan import Plan
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import State, Sync
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import Stamp, seal
from fgd_sync.planning.in_place import check_in_place, is_foreign
from fgd_sync.planning.options import Options
from fgd_sync.planning.pinned import pinned_schemas
from fgd_sync.planning.place import ARCHIVE_LOG, MANAGED, RAW, UNMANAGED
from fgd_sync.planning.plan import Track, plan
from fgd_sync.planning.structure import fabric_name, is_initialized
from fgd_sync.planning.survey import structure_of
from fgd_sync.ports import Clock, Repository, Workspace
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class World:
    """The neighbours of a run, and what was configured.

    `new_id` gives a new id for a sync; `track` may show how far planning is.
    """

    settings: Settings
    workspace: Workspace
    repository: Repository
    clock: Clock
    catalogue: Catalogue
    new_id: Callable[[], str]
    track: Track = iter


KEPT_FOLDERS = frozenset({RAW, MANAGED, UNMANAGED, *(f"{MANAGED}/{kind.plural}" for kind in KINDS)})
"""Folders that stay when they are empty."""

_NAMESPACE_RULE = "META-003"


@dataclass(frozen=True, slots=True)
class Request:
    """What a command asks of each fabric.

    `base`: revision that changes and deletions are counted against; "" for none. `only`: take in this source alone.
    `initialize`: set up the directory if need be. `in_place`: look at a directory that is not laid out as a fabric
    directory as it is. `impact`: say what the change touches.
    `schemas_only`: leave out the rules.
    """

    base: str = "HEAD"
    only: str = ""
    initialize: bool = False
    in_place: bool = False
    impact: bool = False
    schemas_only: bool = False


class Course:
    """The states of one sync as it goes through them."""

    def __init__(self, sync_id: str) -> None:
        self.sync = Sync(sync_id)

    def enter(self, state: State) -> None:
        """Go on to the next state. Raises FgdError for one that may not follow."""
        self.sync = self.sync.to(state)


Enter = Callable[[State], object]
"""Called when a run goes on to its next state."""


def run_each(targets: Sequence[Target], work: Callable[[Target], FabricReport]) -> tuple[FabricReport, ...]:
    """Do the work for every fabric; a failure of one is its own result and does not stop the others."""
    return tuple(_isolated(target, work) for target in targets)


def _isolated(target: Target, work: Callable[[Target], FabricReport]) -> FabricReport:
    try:
        return work(target)
    except FgdError as failure:
        return FabricReport(target.name or target.display, target.display, None, failure)


def plan_fabric(world: World, target: Target, request: Request) -> FabricReport:
    """Plan one fabric; nothing is written. Raises FgdError."""
    return _planned(world, target, request, lambda _: None)[1]


def sync_fabric(world: World, target: Target, request: Request) -> FabricReport:
    """Plan one fabric and make the plan, alone in the directory.

    Raises FgdError, also for a plan too destructive; its details name the sync and the stage that failed.
    """
    course = Course(world.new_id())
    try:
        return _synced(world, target, request, course)
    except FgdError as failure:
        failure.details.update(sync_id=course.sync.id, stage=str(course.sync.stage or course.sync.state))
        raise


def _synced(world: World, target: Target, request: Request, course: Course) -> FabricReport:
    course.enter(State.INITIALIZING)
    with world.workspace.hold(target.directory, world.settings.sync.lock_timeout, world.clock):
        course.enter(State.VALIDATING)
        world.workspace.recover(target.directory)
        tree, report = _planned(world, target, request, course.enter)
        assert report.plan is not None
        refuse_destruction(report.plan, world.settings)
        changes = seal(report.plan, Stamp(world.clock.now(), course.sync.id), tree.files.get(ARCHIVE_LOG))
        if changes:
            world.workspace.make(target.directory, changes, KEPT_FOLDERS)
        for state in (State.SYNCING, State.RECONCILING, State.COMPLETED):
            course.enter(state)
        return replace(report, applied=True, sync_id=course.sync.id, completed_at=world.clock.now())


def _planned(world: World, target: Target, request: Request, enter: Enter) -> tuple[Tree, FabricReport]:
    started = world.clock.now()
    enter(State.DISCOVERING)
    tree = world.workspace.read(target.directory, world.settings.ingestion)
    request = replace(request, in_place=request.in_place and is_foreign(tree))
    if not request.in_place:
        _require_initialized(tree, target, world.settings, request)
    enter(State.PROCESSING)
    options = options_for(world, target, tree, request)
    result = (check_in_place if request.in_place else plan)(tree, options, world.track)
    return tree, FabricReport(
        options.fabric,
        target.display,
        result,
        started_at=started,
        completed_at=world.clock.now(),
        structure=structure_of(tree, options),
    )


def refuse_destruction(result: Plan, settings: Settings) -> None:
    """Raise FgdError if the plan deletes more than the limits allow."""
    risk = result.risk(settings.ingestion.limits)
    if risk:
        raise FgdError(code.PLAN_TOO_DESTRUCTIVE, f"the plan was refused: {risk}")


def options_for(world: World, target: Target, tree: Tree, request: Request) -> Options:
    """What planning this fabric depends on."""
    settings = world.settings
    directory = replace(settings.directory, auto_initialize=True) if request.initialize else settings.directory
    fabric = target.settings or settings.fabric
    name = target.name or fabric_name(tree) or target.directory.resolve().name
    return Options(
        name,
        _catalogue(world, tree),
        Context(fabric, _severities(settings)),
        settings.ingestion,
        directory,
        target.netbox_id,
        only=request.only,
        impact=request.impact,
        schemas_only=request.schemas_only,
        base=_base(world, target, tree, request),
        is_repository_root=world.repository.root(target.directory) == target.directory.resolve(),
    )


def _base(world: World, target: Target, tree: Tree, request: Request) -> Mapping[str, bytes]:
    if not request.base:
        return {}
    endings = world.settings.ingestion.supported_extensions
    folder = "" if request.in_place else MANAGED
    return world.repository.earlier(target.directory, request.base, tree.files, folder=folder, endings=endings)


def _require_initialized(tree: Tree, target: Target, settings: Settings, request: Request) -> None:
    if is_initialized(tree) or request.initialize or settings.directory.auto_initialize:
        return
    raise FgdError(
        code.DIRECTORY_NOT_FOUND,
        f"{target.display} is not a fabric directory: it has no .hnp/manifest.yaml",
        remedy="Run `fgd init` on it, or set `directory.auto_initialize: true`.",
    )


def _severities(settings: Settings) -> dict[str, str]:
    free = {} if settings.ingestion.validation_rules.enforce_namespaces else {_NAMESPACE_RULE: "off"}
    return {**free, **settings.ingestion.rules}


def _catalogue(world: World, tree: Tree) -> Catalogue:
    pinned = pinned_schemas(tree)
    return world.catalogue.with_overlay(pinned) if pinned else world.catalogue
