"""Where git, NetBox and the cluster differ, fabric by fabric. Nothing is written anywhere."""

from collections.abc import Callable, Sequence

from fgd_sync.flow.netbox.drift import NetBoxView, netbox_view
from fgd_sync.flow.run import Request, World, options_for, plan_tree
from fgd_sync.flow.targets import Target
from fgd_sync.model.drift import FabricDrift, Where
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, replace
from fgd_sync.planning.cluster import Export
from fgd_sync.planning.drift import View, cluster_view, drift, git_view
from fgd_sync.planning.drift_notes import not_compared, pending, remarks
from fgd_sync.planning.netbox_records import Records, records_of
from fgd_sync.planning.place import RAW
from fgd_sync.ports import NetBox


@dataclass(frozen=True, slots=True)
class Others:
    """Who is compared with git: NetBox, by a client for one fabric; a cluster as its export tells of it."""

    connect: Callable[[], NetBox] | None = None
    export: Export | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to compare with."""
        return self.connect is None and self.export is None

    def compare(self, world: World, target: Target, tree: Tree, report: FabricReport) -> FabricReport:
        """The report of a plan with the table of its fabric; what kept that from being made fails the fabric."""
        try:
            return replace(report, drift=_drift(world, target, self, tree))
        except FgdError as failure:
            return replace(report, failure=report.failure or failure)


def drift_each(world: World, targets: Sequence[Target], others: Others) -> tuple[FabricDrift, ...]:
    """The tables of fabrics. A failure of one is its own result: what could not be read never looks like drift."""
    return tuple(_isolated(world, target, others) for target in targets)


def _isolated(world: World, target: Target, others: Others) -> FabricDrift:
    try:
        return _drift(world, target, others, world.source.read(target))
    except FgdError as failure:
        return FabricDrift(target.name or target.display, target.display, failure=failure)


def _drift(world: World, target: Target, others: Others, tree: Tree) -> FabricDrift:
    kept = Tree({path: data for path, data in tree.files.items() if not path.startswith(f"{RAW}/")}, tree.obstacles)
    request = Request(base="", schemas_only=True)
    report = plan_tree(world, target, kept, request)
    assert report.plan is not None
    after = kept.after(report.plan.changes)
    records = records_of(report.plan, after)
    netbox = _netbox(world, target, others, report.fabric, records=records)
    views: list[View] = [netbox.view] if netbox.view else []
    views += [cluster_view(others.export)] if others.export else []
    rows = drift(git_view(records, report.plan, after), views)
    notes = (
        *pending(tree, options_for(world, target, tree, request)),
        *(note for view in views for note in not_compared(rows, view.where)),
        *netbox.notes,
        *(remarks(others.export) if others.export else ()),
    )
    asked = (Where.GIT, *(view.where for view in views))
    return FabricDrift(report.fabric, target.display, asked, rows, notes, netbox.target if netbox.view else "")


def _netbox(world: World, target: Target, others: Others, fabric: str, *, records: Records) -> NetBoxView:
    if others.connect is None:
        return NetBoxView("", None)
    return netbox_view(others.connect(), world.settings.netbox, fabric, records, netbox_id=target.netbox_id)
