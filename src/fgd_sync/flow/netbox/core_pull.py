"""What people edited in the inventory in core NetBox, as the input of a plan that pulls: read whole, or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fgd_sync.flow.netbox.change_log import by_number, editor_of, entries_about, is_ours
from fgd_sync.flow.netbox.core_pact import inspected
from fgd_sync.flow.netbox.marks import are_marks_there
from fgd_sync.flow.netbox.work import Work
from fgd_sync.model.code import CONFIGURATION_INVALID, NETBOX_NOT_FOUND
from fgd_sync.model.failure import FgdError
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.core_pact import bases_of, home_of, told
from fgd_sync.planning.core_side import side_of_core
from fgd_sync.planning.incoming import Incoming, Logged
from fgd_sync.planning.netbox_edits import Edit, Inspection
from fgd_sync.planning.three_ways import Policy
from fgd_sync.ports import NetBox


def read_core(work: Work, files: Mapping[str, bytes], git: Mapping[Ref, JsonObject], policy: Policy) -> Incoming:
    """What NetBox has of the resources that it was told of. Raises FgdError unless all of it could be read."""
    fabric, settings = work.outcome.fabric, work.settings
    if not settings.inventory:
        work.netbox.status()  # Raises unless it is a NetBox: else the settings are not at fault, but the address.
        raise FgdError(
            CONFIGURATION_INVALID,
            "there is nothing to pull from: NetBox has no Hedgehog plugin, and `netbox.inventory` is off",
            remedy="Set `netbox.inventory: true` and sync, so that NetBox has objects to be edited.",
        )
    if not are_marks_there(work):
        raise FgdError(
            NETBOX_NOT_FOUND,
            f"NetBox has no inventory of {fabric} yet",
            remedy="Report to NetBox first: a sync does, or `fgd netbox report`.",
        )
    bases = bases_of(files, settings.url)
    reported = told(bases, git)
    found = inspected(work, reported)
    numbers = {ref: number for number, ref in enumerate(sorted({item.ref for item in found.edits}), 1)}
    side, home = side_of_core(reported, found), home_of(settings.url)
    log = by_number(_log(work.netbox, found.edits, numbers))
    return Incoming(side, numbers, bases, home, policy, log=log, untaken=tuple(_untaken(found)))


def _untaken(found: Inspection) -> Iterator[tuple[Ref, str]]:
    """What was changed in NetBox and cannot be taken back, in words."""
    yield from ((item.ref, str(item)) for item in found.untaken)
    yield from (
        (item.ref, f"{item.label} is not in NetBox any more, which is not taken back")
        for item in found.absent
        if item.ref
    )


def _log(netbox: NetBox, edits: Sequence[Edit], numbers: Mapping[Ref, int]) -> Iterator[tuple[int, Logged]]:
    """What others than us did to the objects, by number of the resource."""
    for row in entries_about(netbox, (item.id for item in edits)):
        for item in edits:
            is_about = (item.type, item.id) == (row.get("changed_object_type"), row.get("changed_object_id"))
            if is_about and not is_ours(row):
                yield numbers[item.ref], _logged(row, item.route)


def _logged(row: JsonObject, route: Route) -> Logged:
    changed: Any = True
    for step in reversed(route):
        changed = {step: changed}
    return Logged(False, editor_of(row), {}, changed)
