"""What the static pages show: fabrics with their findings, resources, cabling and history."""

from collections.abc import Mapping, Sequence

from fgd_sync.model.drift import FabricDrift
from fgd_sync.model.operation import Operation
from fgd_sync.model.report import FabricReport
from fgd_sync.model.resource import Ref
from fgd_sync.model.standing import Standing
from fgd_sync.model.topology import Topology
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class SiteFabric:
    """One fabric. `folder` is its place among the pages, a name that is safe in paths and URLs.

    `said` has a few words on a resource. `root`: where its directory lies in the repository, "" for the root.
    `operations`: its syncs, the newest first; `standing` is None where no history can be read. `drift`: None
    where it was not compared with anybody.
    """

    report: FabricReport
    folder: str
    root: str
    topology: Topology
    said: Mapping[Ref, str]
    standing: Standing | None = None
    operations: Sequence[Operation] = ()
    drift: FabricDrift | None = None

    @property
    def name(self) -> str:
        """The name of the fabric."""
        return self.report.fabric


@dataclass(frozen=True, slots=True)
class Site:
    """All pages. `made_at`: when they were made, RFC 3339 in UTC."""

    title: str
    made_at: str
    fabrics: tuple[SiteFabric, ...]
