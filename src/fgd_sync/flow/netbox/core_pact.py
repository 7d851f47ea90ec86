"""The inventory in core NetBox between two sides: what a report may make of it, and what is agreed on afterwards."""

from collections.abc import Mapping, Sequence

from fgd_sync.flow.netbox.marks import are_marks_there
from fgd_sync.flow.netbox.pact import Pact
from fgd_sync.flow.netbox.survey import survey
from fgd_sync.flow.netbox.work import Work
from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.core_pact import bases_of, core_agreed, core_due, files_of, taken_for_known, told
from fgd_sync.planning.core_side import side_of_core
from fgd_sync.planning.netbox_edits import Inspection, inspect
from fgd_sync.planning.netbox_inventory import Inventory, inventory_of
from fgd_sync.planning.netbox_objects import PLACE, slug_of
from fgd_sync.planning.tracking import without_tracking


def inventory_from(work: Work, records: Sequence[Record]) -> Inventory:
    """The inventory that resources of the fabric make."""
    fabric = work.outcome.fabric
    return inventory_of(fabric, work.settings.site.replace(PLACE, slug_of(fabric)), records)


def inspected(work: Work, resources: Mapping[Ref, JsonObject]) -> Inspection:
    """What NetBox has otherwise than resources that it was told of. Raises FgdError unless all of it could be read."""
    wanted = inventory_from(work, [Record(ref, body) for ref, body in resources.items()])
    return inspect(wanted, survey(work, wanted, marked=True))


def due_records(work: Work, pact: Pact, records: Sequence[Record]) -> Sequence[Record]:
    """The resources that the inventory is to be made of: with what people edited in it. Raises FgdError."""
    earlier = pact.earlier()
    bases = taken_for_known(bases_of(pact.old, pact.url), earlier)
    before = told(bases, earlier)
    if not (before and are_marks_there(work)):
        return records
    found = inspected(work, before)
    due = core_due(records, side_of_core(before, found).resources, bases, pact.policy)
    work.waiting += due.notes
    work.waiting += [f"{item}; it is put right" for item in found.untaken]
    return due.wanted


def note_agreed(work: Work, pact: Pact, written: Sequence[Record], records: Sequence[Record]) -> None:
    """Take note of what the inventory is after the report, made of what was written. Raises FgdError."""
    bases = taken_for_known(bases_of(pact.old, pact.url), pact.earlier())
    last = {item.ref: without_tracking(item.body) for item in written}
    git = {item.ref: without_tracking(item.body) for item in records}
    agreed = core_agreed(bases, last, inspected(work, last), git)
    pact.files = {**pact.files, **files_of(agreed, pact.url)}
