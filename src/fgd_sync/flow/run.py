"""One command over its fabrics: read, plan, and for a sync make the plan; each fabric is isolated from the others."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fgd_sync.flow.targets import Target
from fgd_sync.model import code
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.plan import Plan
from fgd_sync.model.report import FabricReport
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import Stamp, seal
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG, MANAGED, RAW, UNMANAGED
from fgd_sync.planning.plan import plan
from fgd_sync.planning.structure import fabric_name, is_initialized
from fgd_sync.ports import Clock, Repository, Workspace
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class World:
    """The neighbours of a run, and what was configured."""

    settings: Settings
    workspace: Workspace
    repository: Repository
    clock: Clock
    catalogue: Catalogue


KEPT_FOLDERS = frozenset({RAW, MANAGED, UNMANAGED, *(f"{MANAGED}/{kind.plural}" for kind in KINDS)})
"""Folders that stay when they are empty."""

Narrow = Callable[[Tree], Tree]
"""Takes from a tree what a command is not about."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a command asks of each fabric. `base`: revision to compare with for deletions; "" for none."""

    base: str = "HEAD"
    narrow: Narrow | None = None
    initialize: bool = False


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
    tree = world.workspace.read(target.directory, world.settings.ingestion)
    options = options_for(world, target, tree, request)
    _require_initialized(tree, target, world.settings, request)
    started = world.clock.now()
    result = plan(request.narrow(tree) if request.narrow else tree, options)
    return FabricReport(options.fabric, target.display, result, started_at=started, completed_at=world.clock.now())


def sync_fabric(world: World, target: Target, request: Request) -> FabricReport:
    """Plan one fabric and make the plan, alone in the directory. Raises FgdError, also for a plan too destructive."""
    with world.workspace.hold(target.directory, world.settings.sync.lock_timeout, world.clock):
        world.workspace.recover(target.directory)
        report = plan_fabric(world, target, request)
        assert report.plan is not None
        refuse_destruction(report.plan, world.settings)
        sync_id = str(uuid.uuid4())
        log = world.workspace.read_file(target.directory, ARCHIVE_LOG)
        changes = seal(report.plan, Stamp(world.clock.now(), sync_id), log)
        if changes:
            world.workspace.make(target.directory, changes, KEPT_FOLDERS)
        return replace(report, applied=True, sync_id=sync_id, completed_at=world.clock.now())


def refuse_destruction(result: Plan, settings: Settings) -> None:
    """Raise FgdError if the plan deletes more than the limits allow."""
    risk = result.risk(settings.ingestion.limits)
    if risk:
        raise FgdError(code.PLAN_TOO_DESTRUCTIVE, f"the plan was refused: {risk}")


def options_for(world: World, target: Target, tree: Tree, request: Request) -> Options:
    """What planning this fabric depends on."""
    settings = world.settings
    directory = replace(settings.directory, auto_initialize=True) if request.initialize else settings.directory
    name = target.name or fabric_name(tree) or target.directory.resolve().name
    return Options(
        name,
        world.catalogue,
        Context(settings.fabric, settings.ingestion.rules),
        settings.ingestion,
        directory,
        target.netbox_id,
        vanished=world.repository.vanished(target.directory, request.base) if request.base else {},
        is_repository_root=world.repository.root(target.directory) == target.directory.resolve(),
    )


def _require_initialized(tree: Tree, target: Target, settings: Settings, request: Request) -> None:
    if is_initialized(tree) or request.initialize or settings.directory.auto_initialize:
        return
    raise FgdError(
        code.DIRECTORY_NOT_FOUND,
        f"{target.display} is not a fabric directory: it has no .hnp/manifest.yaml",
        remedy="Run `fgd init` on it, or set `directory.auto_initialize: true`.",
    )
