"""What the static pages show, gathered: the fabrics as they are planned now, and their history where there is one."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from fgd_sync.fabric.index import Index
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.run import Request, World, options_for, plan_tree
from fgd_sync.flow.standing import Query, history, standings
from fgd_sync.flow.targets import Target
from fgd_sync.model.drift import FabricDrift
from fgd_sync.model.failure import FgdError
from fgd_sync.model.operation import Operation
from fgd_sync.model.plan import Action, Plan
from fgd_sync.model.report import FabricReport
from fgd_sync.model.resource import Resource
from fgd_sync.model.site import Site, SiteFabric
from fgd_sync.model.slug import slug
from fgd_sync.model.standing import Standing
from fgd_sync.model.topology import Topology
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.gist import gist
from fgd_sync.planning.options import Options
from fgd_sync.planning.read import read
from fgd_sync.planning.topology import topology

_REQUEST = Request(base="", in_place=True)


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of fabrics besides their files, by name: how they stand, their syncs, and their drift."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    operations: Mapping[str, Sequence[Operation]] = field(default_factory=dict)
    drift: Mapping[str, FabricDrift] = field(default_factory=dict)


def remembered(ledger: Ledger, locks: LockStore) -> Past:
    """What the state of a repository tells of all its fabrics. Raises FgdError."""
    books = ledger.all_books()
    by_fabric: dict[str, list[Operation]] = {}
    for item in history(books, Query()):
        by_fabric.setdefault(item.fabric, []).append(item)
    return Past({item.fabric: item for item in standings(ledger, locks, ())}, by_fabric)


def gather(world: World, targets: Sequence[Target], past: Past, *, title: str) -> Site:
    """The site of some fabrics; one that cannot be read is shown with the reason."""
    fabrics = tuple(_fabric(world, target, past) for target in targets)
    return Site(title, world.clock.now(), fabrics)


def _fabric(world: World, target: Target, past: Past) -> SiteFabric:
    resources: list[Resource] = []
    try:
        tree = world.source.read(target)
        report = plan_tree(world, target, tree, _REQUEST)
        if report.plan:
            options = options_for(world, target, tree, _REQUEST)
            resources = _resources(report.plan, tree.after(report.plan.changes), options)
    except FgdError as failure:
        report = FabricReport(target.name or target.display, target.display, None, failure)
    name = report.fabric
    return SiteFabric(
        report,
        slug(name),
        _root(world, target),
        topology(Index(resources)) if resources else Topology(),
        {item.ref: gist(item) for item in resources},
        past.standings.get(name),
        past.operations.get(name, ()),
        past.drift.get(name),
    )


def _resources(plan: Plan, tree: Tree, options: Options) -> list[Resource]:
    """The resources that the fabric has once the plan is made."""
    wanted = {item.ref: item.path for item in plan.inventory if item.action is not Action.DELETE}
    paths = sorted({path for path in wanted.values() if path in tree.files})
    found = (item for path in paths for item in read(path, tree.files[path], options).candidates)
    return [item.resource for item in found if item.ref in wanted and item.is_usable]


def _root(world: World, target: Target) -> str:
    """Where a fabric directory lies in its repository; as the user named it where there is none."""
    root = world.repository.root(target.directory)
    if root is None:
        return target.display if target.display != "." else ""
    place = PurePosixPath(target.directory.resolve().relative_to(root.resolve()).as_posix())
    return "" if place == PurePosixPath() else str(place)
