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

    @property
    def newest(self) -> Operation | None:
        """The sync at work, else the newest one; None where there is none."""
        return self.standing.operation if self.standing else None

    @property
    def last_sync(self) -> str:
        """When the newest sync ended, or began if it has not ended; "" where there is none."""
        return (self.newest.completed_at or self.newest.started_at) if self.newest else ""

    @property
    def waiting(self) -> int:
        """How many reports about the fabric its receivers have not taken yet."""
        return sum(item.depth for item in self.standing.waiting) if self.standing else 0


@dataclass(frozen=True, slots=True)
class Site:
    """All pages. `made_at`: when they were made, RFC 3339 in UTC."""

    title: str
    made_at: str
    fabrics: tuple[SiteFabric, ...]
