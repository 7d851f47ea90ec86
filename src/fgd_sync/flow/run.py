"""Planning the fabrics of a command: what it asks, which neighbours it has; each is isolated from the others."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from fgd_sync.flow.targets import Target
from fgd_sync.model import code
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.plan import Plan
from fgd_sync.model.report import FabricReport
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, replace
from fgd_sync.planning.normal_form import NORMAL_FORM, NormalForm
from fgd_sync.planning.options import Options
from fgd_sync.planning.pinned import pinned_schemas
from fgd_sync.planning.place import MANAGED
from fgd_sync.planning.plan import Track, plan
from fgd_sync.planning.structure import fabric_name, is_foreign, is_initialized
from fgd_sync.planning.survey import structure_of
from fgd_sync.planning.versions import refuse_newer
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue

if TYPE_CHECKING:  # A check needs few of the ports, and nothing of what the others are about.
    from fgd_sync.ports import Clock, Repository, Workspace


class Source(Protocol):
    """The fabrics of a command, to be planned from: on a disk, or at the tip of a branch. Methods raise FgdError."""

    def read(self, target: Target) -> Tree:
        """The files of a fabric directory."""

    def earlier(self, target: Target, tree: Tree, revision: str, folder: str) -> Mapping[str, bytes]:
        """What the base revision held below a folder of the fabric that differs in `tree`, see `Options.base`."""

    def is_whole_repository(self, target: Target) -> bool:
        """Whether the fabric directory is the root of its repository."""


Prepare = Callable[[Target, Tree, Options], Options]
"""Completes what planning a fabric depends on, given its files. Raises FgdError."""


def as_it_is(target: Target, tree: Tree, options: Options) -> Options:  # noqa: ARG001 - the shape of Prepare
    """Nothing is added."""
    return options


@dataclass(frozen=True, slots=True)
class World:
    """The neighbours of a run, and what was configured.

    `source` has the fabrics. `new_id` gives a new id for a sync; `track` may show how far planning is;
    `spread` may spread it over processes. `form`: the normal form that files are written in.
    `compare`: what is added to the plan of a fabric that is only looked at. `prepare` may add to what planning depends
    on.
    """

    settings: Settings
    source: Source
    workspace: "Workspace"
    repository: "Repository"
    clock: "Clock"
    catalogue: Catalogue
    new_id: Callable[[], str]
    track: Track = iter
    spread: Spread = in_turn
    form: NormalForm = NORMAL_FORM
    compare: "Compare | None" = None
    prepare: Prepare = as_it_is


Compare = Callable[[World, Target, Tree, FabricReport], FabricReport]
"""Adds to the report of a planned fabric where its files and others differ."""

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


def plan_each(world: World, targets: Sequence[Target], request: Request) -> tuple[FabricReport, ...]:
    """Plan fabrics; a failure of one is its own result and does not stop the others. Nothing is written."""
    reports = (_isolated(world, target, request) for target in targets)
    return tuple(map(_without_files, reports)) if len(targets) > 1 else tuple(reports)


def _without_files(report: FabricReport) -> FabricReport:
    """A report whose plan needs the files of its fabric no more, so that those of all need not be held."""
    if report.plan:
        str(report.plan.base)
    return report


def _isolated(world: World, target: Target, request: Request) -> FabricReport:
    try:
        return plan_fabric(world, target, request)
    except FgdError as failure:
        return FabricReport(target.name or target.display, target.display, None, failure)


def plan_fabric(world: World, target: Target, request: Request) -> FabricReport:
    """Plan one fabric; nothing is written. Raises FgdError."""
    started = world.clock.now()
    tree = world.source.read(target)
    report = plan_tree(world, target, tree, request)
    report = world.compare(world, target, tree, report) if world.compare else report
    return replace(report, started_at=started, completed_at=world.clock.now())


def plan_tree(world: World, target: Target, tree: Tree, request: Request) -> FabricReport:
    """Plan one fabric from its files. Raises FgdError."""
    request = replace(request, in_place=request.in_place and is_foreign(tree))
    if not request.in_place:
        require_initialized(tree, target, world.settings, request)
    options = options_for(world, target, tree, request)
    result = (_check_in_place if request.in_place else plan_any)(tree, options, world.track, spread=world.spread)
    return FabricReport(options.fabric, target.display, result, structure=structure_of(tree, options))


def options_for(world: World, target: Target, tree: Tree, request: Request) -> Options:
    """What planning this fabric depends on. Raises FgdError, also for what a newer version of this program wrote."""
    settings = world.settings
    refuse_newer(tree, world.form.version)
    directory = replace(settings.directory, auto_initialize=True) if request.initialize else settings.directory
    fabric = target.settings or settings.fabric
    name = target.name or fabric_name(tree) or target.directory.resolve().name
    options = Options(
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
        is_repository_root=world.source.is_whole_repository(target),
        form=world.form,
    )
    return world.prepare(target, tree, options)


def plan_any(tree: Tree, options: Options, track: Track = iter, *, spread: Spread = in_turn) -> Plan:
    """Plan a sync; or a pull, where something comes in. Raises FgdError."""
    if options.incoming is None:
        return plan(tree, options, track, spread=spread)
    from fgd_sync.planning.pull import plan_pull

    return plan_pull(tree, options, track, spread=spread)


def _check_in_place(tree: Tree, options: Options, track: Track = iter, *, spread: Spread = in_turn) -> Plan:
    from fgd_sync.planning.in_place import check_in_place  # only for directories of other tools

    return check_in_place(tree, options, track, spread=spread)


def _base(world: World, target: Target, tree: Tree, request: Request) -> Mapping[str, bytes]:
    folder = "" if request.in_place else MANAGED
    return world.source.earlier(target, tree, request.base, folder) if request.base else {}


def require_initialized(tree: Tree, target: Target, settings: Settings, request: Request) -> None:
    """Raise FgdError for a directory that is no fabric directory and may not be made one."""
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
