"""What a report would do, found out by reading alone."""

from collections.abc import Iterator

from fgd_sync.flow.netbox.core import find_home
from fgd_sync.flow.netbox.inventory import inventory
from fgd_sync.flow.netbox.limits import risk_of
from fgd_sync.flow.netbox.marks import are_marks_there
from fgd_sync.flow.netbox.plugin import find_fabric
from fgd_sync.flow.netbox.records import PluginFabric, note_others, record_differences
from fgd_sync.flow.netbox.report import choose
from fgd_sync.flow.netbox.survey import survey
from fgd_sync.flow.netbox.work import OFF, Work
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxObject, Outcome
from fgd_sync.model.netbox_preview import Preview, Step
from fgd_sync.model.plan import Action
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.netbox_compare import Adjustment, adjust
from fgd_sync.planning.netbox_objects import sought
from fgd_sync.planning.netbox_records import ENDPOINTS, Difference, Records
from fgd_sync.planning.netbox_status import custom_fields, difference, digests, plugin_fields
from fgd_sync.ports import NetBox

_NOBODY = NetBoxObject({"id": 0, "custom_fields": {}})


def preview(netbox: NetBox, outcome: Outcome, settings: NetBoxSettings, records: Records) -> Preview:
    """What a report would do. Nothing is written; what goes wrong is in the result."""
    work = Work(netbox, outcome, settings, records, full=True)
    steps: list[Step] = []
    try:
        steps += _steps(work, records)
    except FgdError as failure:
        work.failures.append(failure)
    deleted = sum(item.action == "delete" for item in steps)
    ours = deleted + sum(item.action == "ours" for item in steps)
    risk = "" if deleted <= outcome.actions.get(Action.DELETE, 0) else risk_of(deleted, ours, settings.limits)
    return Preview(
        outcome.fabric,
        work.target,
        netbox.requests,
        tuple(item for item in steps if item.action != "ours"),
        tuple(dict.fromkeys(work.conflicts)),
        tuple(dict.fromkeys(work.unsupported)),
        risk,
        tuple(work.failures),
    )


def _steps(work: Work, records: Records) -> Iterator[Step]:
    if work.settings.target == OFF:
        work.target = OFF
        return
    fabrics = choose(work)
    if fabrics is None:
        home = find_home(work)
        wanted = sought(work.settings.object, work.outcome.fabric)
        yield from _object(work, home.object.body if home else None, f"{wanted.type} {wanted.name}", {})
    else:
        fabric = find_fabric(work, fabrics)
        body = fabric.object.body if fabric else None
        yield from _object(work, body, f"fabric {work.outcome.fabric}", plugin_fields(work.outcome))
        note_others(work, records)
        there = fabric or PluginFabric(_NOBODY, is_new=True)
        for item in record_differences(work, records, there, list(ENDPOINTS)).values():
            yield from _records(item)
    if work.settings.inventory:
        wanted_inventory = inventory(work, records)
        work.unsupported += wanted_inventory.unsupported
        found = adjust(wanted_inventory, survey(work, wanted_inventory, marked=are_marks_there(work)))
        work.conflicts += found.conflicts
        yield from _inventory(found)


def _object(work: Work, body: JsonObject | None, name: str, fields: JsonObject) -> Iterator[Step]:
    """The step for the fabric's object; the digest is no news for people."""
    if body is None:
        yield Step("create", name)
        return
    changes = difference(body, fields, custom_fields(work.outcome, digests(body)))
    custom = changes.pop("custom_fields", {})
    if names := sorted({*changes, *custom}):
        yield Step("update", name, ", ".join(names))


def _records(item: Difference) -> Iterator[Step]:
    for body in item.create:
        yield Step("create", f"{item.what} {body['name']}")
    for body in item.update:
        fields = ", ".join(sorted(key for key in body if key != "id"))
        yield Step("update", f"{item.what} {item.names.get(body['id'], body['id'])}", fields)
    for number in item.delete:
        yield Step("delete", f"{item.what} {item.names.get(number, number)}")
    yield from (Step("ours", item.what) for _ in range(item.ours - len(item.delete)))


def _inventory(found: Adjustment) -> Iterator[Step]:
    for entry in found.create:
        yield Step("create", entry.label)
    for change in found.change:
        yield Step("update", change.entry.label, ", ".join(change.fields))
    for removal in found.delete:
        yield Step("delete", removal.label)
    yield from (Step("ours", "inventory") for _ in range(found.ours - len(found.delete)))
