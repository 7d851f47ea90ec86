"""What NetBox has of a fabric, for a table of drift: read whole or not at all, and nothing is written."""

from fgd_sync.flow.netbox.inventory import inventory
from fgd_sync.flow.netbox.marks import are_marks_there
from fgd_sync.flow.netbox.report import choose
from fgd_sync.flow.netbox.side import read_side
from fgd_sync.flow.netbox.survey import survey
from fgd_sync.flow.netbox.work import CORE, PLUGIN, Work
from fgd_sync.model.code import NETBOX_FAILED, NETBOX_NOT_FOUND
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.drift import Where
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import Outcome
from fgd_sync.model.value import dataclass
from fgd_sync.planning.drift import DocumentView, View
from fgd_sync.planning.drift_inventory import InventoryView
from fgd_sync.planning.netbox_compare import adjust
from fgd_sync.planning.netbox_edits import inspect
from fgd_sync.planning.netbox_records import Records
from fgd_sync.ports import NetBox


@dataclass(frozen=True, slots=True)
class NetBoxView:
    """What NetBox has. `target`: `plugin` or `core`; `view` is None where it holds nothing to compare, see `notes`."""

    target: str
    view: View | None
    notes: tuple[str, ...] = ()


def netbox_view(
    netbox: NetBox, settings: NetBoxSettings, fabric: str, records: Records, *, netbox_id: int | None = None
) -> NetBoxView:
    """NetBox's view of a fabric that git has as `records`. Raises FgdError unless all of it could be read."""
    work = Work(netbox, Outcome(fabric, "", "completed", "", netbox_id=netbox_id), settings, records)
    if choose(work) is None:
        if work.unsupported:  # What was reported lies in the plugin, or may.
            raise FgdError(NETBOX_FAILED, work.unsupported[0], remedy="If it is not used, set `netbox.target: core`.")
        return _core(work, records)
    side = read_side(netbox, settings, fabric, netbox_id)
    view = DocumentView(Where.NETBOX, side.resources, lambda ref, body: body is None or not side.cannot_hold(ref, body))
    return NetBoxView(PLUGIN, view)


def _core(work: Work, records: Records) -> NetBoxView:
    if not work.settings.inventory:
        work.netbox.status()  # Raises unless it is a NetBox: a wrong address must not look like nothing to compare.
        words = "not compared with NetBox: it has no inventory of the fabric (`netbox.inventory` is off)"
        return NetBoxView(CORE, None, (words,))
    if not are_marks_there(work):
        raise FgdError(
            NETBOX_NOT_FOUND,
            f"NetBox has no inventory of {work.outcome.fabric} yet",
            remedy="Report to NetBox first: a sync does, or `fgd netbox report`.",
        )
    wanted = inventory(work, records)
    actual = survey(work, wanted, marked=True)
    conflicts = adjust(wanted, actual).conflicts
    notes = [f"not compared with NetBox: {item}" for item in (*wanted.unsupported, *conflicts)]
    return NetBoxView(CORE, InventoryView(inspect(wanted, actual)), tuple(notes))
