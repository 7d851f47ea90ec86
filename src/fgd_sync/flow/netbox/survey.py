"""Reading what NetBox has of the inventory of a fabric: our objects, and those that stand where ours are to be."""

from collections.abc import Iterable, Iterator, Sequence

from fgd_sync.flow.netbox.work import Work
from fgd_sync.model.netbox import Filters
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.netbox_compare import OWNED, PATHS, SHARED, key_of
from fgd_sync.planning.netbox_inventory import (
    DEVICE,
    INTERFACE,
    PREFIX,
    PROVIDER,
    SITE,
    VLAN,
    VLAN_GROUP,
    VRF,
    Entry,
    Inventory,
    Link,
)
from fgd_sync.planning.netbox_records import TAG
from fgd_sync.planning.netbox_status import FABRIC_FIELD

_VALUES = 100
"""Most values of a filter in one request: the address must not grow too long."""


def survey(work: Work, inventory: Inventory, *, marked: bool) -> dict[str, list[JsonObject]]:
    """All that matters of what NetBox has, by type. Raises FgdError.

    NetBox ignores filters that it does not know, so everything is looked at again by whoever uses it. `marked`: our tag
    and field are there; else nothing is ours, and NetBox refuses to be asked for a tag that is not there.
    """
    found: dict[str, list[JsonObject]] = {item: [] for item in OWNED}
    if marked:
        found = {item: _owned(work, item, inventory.fabric) for item in OWNED}
    for item in (*SHARED, VLAN_GROUP, PROVIDER):
        slugs = [str(entry.fields["slug"]) for entry in _missing(inventory, item, found)]
        _add(found, item, (one for one in _listed(work, item, "slug", slugs) if one.get("slug") in slugs))
    if _missing(inventory, DEVICE, found):
        sites = [str(item["id"]) for item in found[SITE]]
        _add(found, DEVICE, _listed(work, DEVICE, "site_id", sites))
    _add(found, INTERFACE, ports_of(work, [int(item["id"]) for item in found[DEVICE] if _is_wanted(inventory, item)]))
    if _missing(inventory, VLAN, found):
        groups = [str(item["id"]) for item in found[VLAN_GROUP]]
        _add(found, VLAN, _listed(work, VLAN, "group_id", groups))
    prefixes = [str(entry.fields["prefix"]) for entry in _missing(inventory, PREFIX, found)]
    spaces = {None, *(item["id"] for item in found[VRF])}
    _add(found, PREFIX, (one for one in _listed(work, PREFIX, "prefix", prefixes) if _number(one.get("vrf")) in spaces))
    return found


def ports_of(work: Work, devices: Sequence[int]) -> Iterator[JsonObject]:
    """The interfaces of devices. Raises FgdError."""
    wanted = set(devices)
    found = _listed(work, INTERFACE, "device_id", [str(number) for number in devices])
    return (item for item in found if _number(item.get("device")) in wanted)


def _owned(work: Work, type_name: str, fabric: str) -> list[JsonObject]:
    filters: Filters = {"tag": TAG, f"cf_{FABRIC_FIELD.name}": fabric}
    return list(work.netbox.list(PATHS[type_name], filters))


def _missing(inventory: Inventory, type_name: str, found: dict[str, list[JsonObject]]) -> list[Entry]:
    """The wanted objects of a type that were not found so far."""
    there = {Link(type_name, key_of(type_name, item)) for item in found.get(type_name, ())}
    return [item for item in inventory.entries if item.type == type_name and item.link not in there]


def _is_wanted(inventory: Inventory, device: JsonObject) -> bool:
    link = Link(DEVICE, key_of(DEVICE, device))
    return any(item.link == link for item in inventory.entries if item.type == DEVICE)


def _listed(work: Work, type_name: str, name: str, values: Sequence[str]) -> list[JsonObject]:
    unique = sorted(set(values))
    chunks = [unique[start : start + _VALUES] for start in range(0, len(unique), _VALUES)]
    return [item for chunk in chunks for item in work.netbox.list(PATHS[type_name], {name: chunk})]


def _add(found: dict[str, list[JsonObject]], type_name: str, more: Iterable[JsonObject]) -> None:
    known = found.setdefault(type_name, [])
    ids = {item["id"] for item in known}
    known += [item for item in more if item["id"] not in ids]


def _number(value: object) -> object:
    return value.get("id") if isinstance(value, dict) else value
