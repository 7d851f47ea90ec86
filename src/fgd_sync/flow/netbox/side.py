"""The resources of a fabric as NetBox has them in the records of the Hedgehog plugin: read whole, or not at all.

What cannot be read - a page, a kind, the fabric itself - is a failure, so that it never looks like a deletion.
"""

from fgd_sync.flow.netbox.plugin import find_fabric
from fgd_sync.flow.netbox.report import choose
from fgd_sync.flow.netbox.work import Work
from fgd_sync.model.code import NETBOX_NOT_FOUND, NETBOX_PLUGIN_MISSING
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import Outcome
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass
from fgd_sync.planning.netbox_records import ENDPOINTS, is_marked_deleted, number_of
from fgd_sync.planning.sides import Side, side_of_plugin
from fgd_sync.ports import NetBox


@dataclass(frozen=True, slots=True)
class Recorded:
    """The records of one fabric by kind, but for those of what is gone, and the number of the fabric."""

    fabric: int
    rows: dict[str, list[JsonObject]]

    @property
    def side(self) -> Side:
        """The resources that they stand for."""
        return side_of_plugin(self.rows)


def read_records(netbox: NetBox, settings: NetBoxSettings, fabric: str, netbox_id: int | None = None) -> Recorded:
    """Every record of a fabric. Raises FgdError unless all of them could be read."""
    work = Work(netbox, Outcome(fabric, "", "completed", "", netbox_id=netbox_id), settings)
    fabrics = choose(work)
    if fabrics is None:
        why = f": {work.unsupported[0]}" if work.unsupported else ", which has the records that are to be read"
        raise FgdError(NETBOX_PLUGIN_MISSING, f"NetBox has no Hedgehog plugin{why}")
    found = find_fabric(work, fabrics)
    if found is None:
        raise FgdError(
            NETBOX_NOT_FOUND,
            f"NetBox has no fabric named {fabric}",
            remedy="Report to NetBox first (a sync does, or `fgd netbox report`), or set `netbox_id` of the fabric.",
        )
    return Recorded(found.object.id, {kind: _rows(netbox, kind, found.object.id) for kind in ENDPOINTS})


def _rows(netbox: NetBox, kind: str, fabric: int) -> list[JsonObject]:
    rows = netbox.list(f"plugins/hedgehog/{ENDPOINTS[kind]}", {})
    return [row for row in rows if number_of(row.get("fabric")) == fabric and not is_marked_deleted(row)]


def read_side(netbox: NetBox, settings: NetBoxSettings, fabric: str, netbox_id: int | None = None) -> Side:
    """The resources of a fabric as NetBox has them. Raises FgdError unless all of them could be read."""
    return read_records(netbox, settings, fabric, netbox_id).side
