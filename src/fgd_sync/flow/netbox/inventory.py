"""Keeping the inventory of a fabric in core NetBox: made, changed and pruned, only what is ours."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fgd_sync.flow.netbox.core_pact import due_records, inventory_from, note_agreed
from fgd_sync.flow.netbox.limits import refuse_deletions
from fgd_sync.flow.netbox.marks import ensure_fields, ensure_tag
from fgd_sync.flow.netbox.survey import ports_of, survey
from fgd_sync.flow.netbox.work import CORE, TAG_BODY, Work, is_unsettled
from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.netbox_compare import OWNED, PATHS, SHARED, Adjustment, adjust, key_of
from fgd_sync.planning.netbox_inventory import (
    CABLE,
    DEVICE,
    INTERFACE,
    KINDS,
    Entry,
    Inventory,
    Link,
)
from fgd_sync.planning.netbox_records import Difference, Records
from fgd_sync.planning.netbox_status import FABRIC_FIELD

PART = "inventory"
"""The name of the inventory among the digests of what was written."""


def inventory(work: Work, records: Records) -> Inventory:
    """The inventory of the fabric as it should be."""
    return inventory_from(work, records.of(KINDS))


def tell_inventory(work: Work, known: Mapping[str, str]) -> dict[str, str]:
    """Bring the inventory in line, if it is wanted and changed; its digest, if all of it is as it should be."""
    if work.records is None or not work.settings.inventory:
        return {}
    fresh = f"{work.records.digest(KINDS)}-{work.settings.site}"
    if known.get(PART) == fresh and not work.full:
        return {}
    whole = work.attempt(partial(_brought, work, work.records.of(KINDS)))
    return {PART: fresh} if whole else {}


def _brought(work: Work, records: Sequence[Record]) -> bool:
    """Bring the inventory in line, but for what people edited in core NetBox. Raises FgdError."""
    pact = work.pact if work.target == CORE else None
    wanted = due_records(work, pact, records) if pact else records
    if not _told(work, inventory_from(work, wanted)):
        return False
    if pact:
        note_agreed(work, pact, wanted, records)
    return True


def _told(work: Work, wanted: Inventory) -> bool:
    """Compare and write, again where a write had no certain end; whether all is as it should be. Raises FgdError."""
    before = len(work.failures)
    work.unsupported += wanted.unsupported
    if not _ensure_marks(work):
        return False
    for last in (False, False, True):
        found = adjust(wanted, survey(work, wanted, marked=True))
        work.conflicts += found.conflicts
        _carry_out(work, wanted, found)
        failures = work.failures[before:]
        if not failures:
            return True
        if last or not any(is_unsettled(item) for item in failures):
            return False
        del work.failures[before:]
    return False


def _ensure_marks(work: Work) -> bool:
    """Whether objects can be marked as ours: without that none is made."""
    before = len(work.failures)
    ensure_fields(work, [FABRIC_FIELD], OWNED)
    if len(work.failures) > before or any(FABRIC_FIELD.name in item for item in work.unsupported):
        return False
    return ensure_tag(work)


def _carry_out(work: Work, wanted: Inventory, found: Adjustment) -> None:
    ids = dict(found.ids)
    removals = () if refuse_deletions(work, len(found.delete), found.ours) else found.delete
    gone = {name: tuple(item.id for item in removals if item.type == name) for name in OWNED}
    work.carry_out(Difference(PATHS[CABLE], CABLE, delete=gone[CABLE]))
    for name in PATHS:
        entries = [item for item in found.create if item.type == name and item.link not in ids]
        _make(work, wanted.fabric, name, entries, ids=ids)
        if name == DEVICE and any(entries):
            _note_ports(work, entries, ids)
        changes = [
            {"id": item.id, **_body(item.entry, item.fields, ids)} for item in found.change if item.entry.type == name
        ]
        work.carry_out(Difference(PATHS[name], name, update=tuple(changes)))
    for name in reversed(OWNED):
        if name != CABLE:
            work.carry_out(Difference(PATHS[name], name, delete=gone[name]))


def _make(work: Work, fabric: str, name: str, entries: list[Entry], *, ids: dict[Link, int]) -> None:
    """Make objects and note their numbers. Those that name what could not be made are left out."""
    marks: JsonObject = {"tags": [TAG_BODY]}
    if name not in SHARED:
        marks["custom_fields"] = {FABRIC_FIELD.name: fabric}
    bodies = [body for item in entries if (body := _body(item, item.fields, ids))]
    start = len(work.made)
    work.carry_out(Difference(PATHS[name], name, create=tuple({**body, **marks} for body in bodies)))
    for made in work.made[start:]:
        ids[Link(name, key_of(name, made))] = int(made["id"])


def _note_ports(work: Work, entries: list[Entry], ids: dict[Link, int]) -> None:
    """The ports that NetBox made by itself with new devices, from the templates of their types."""
    devices = [ids[item.link] for item in entries if item.link in ids]
    for port in work.attempt(lambda: list(ports_of(work, devices))) or ():
        ids.setdefault(Link(INTERFACE, key_of(INTERFACE, port)), int(port["id"]))


def _body(entry: Entry, names: Any, ids: Mapping[Link, int]) -> JsonObject:
    """Some fields of an object as they are sent; empty if one names an object that is not there."""
    body = {name: _resolved(entry.fields[name], ids) for name in names}
    return {} if any(value is _Absent for value in body.values()) else body


class _Absent:
    """Stands for an object that could not be made."""


def _resolved(value: Any, ids: Mapping[Link, int]) -> Any:
    if isinstance(value, Link):
        return ids.get(value, _Absent)
    if isinstance(value, list):
        inner = [
            {key: _resolved(one, ids) for key, one in item.items()} if isinstance(item, dict) else item
            for item in value
        ]
        return _Absent if any(isinstance(item, dict) and _Absent in item.values() for item in inner) else inner
    return value
