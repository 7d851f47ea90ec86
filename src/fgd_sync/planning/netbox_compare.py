"""The inventory as it should be against what NetBox has: what to make, change and delete, and what others own. Pure.

An object is ours if it carries our tag and the fabric's name. Objects of the types that several fabrics share
(manufacturers, device types, roles, sites) are used as they are, whoever owns them, and never changed or deleted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass
from fgd_sync.planning.netbox_inventory import (
    CABLE,
    DEVICE,
    DEVICE_TYPE,
    INTERFACE,
    MANUFACTURER,
    PREFIX,
    PROVIDER,
    ROLE,
    SITE,
    VLAN,
    VLAN_GROUP,
    VRF,
    Entry,
    Inventory,
    Key,
    Link,
)
from fgd_sync.planning.netbox_records import TAG
from fgd_sync.planning.netbox_status import FABRIC_FIELD, stored

PATHS: dict[str, str] = {
    MANUFACTURER: "dcim/manufacturers",
    DEVICE_TYPE: "dcim/device-types",
    ROLE: "dcim/device-roles",
    SITE: "dcim/sites",
    DEVICE: "dcim/devices",
    INTERFACE: "dcim/interfaces",
    CABLE: "dcim/cables",
    VLAN_GROUP: "ipam/vlan-groups",
    VLAN: "ipam/vlans",
    VRF: "ipam/vrfs",
    PREFIX: "ipam/prefixes",
    PROVIDER: "circuits/providers",
}
"""Where the objects of each type are, in an order in which they can be made; deleted in the opposite one."""

SHARED = frozenset({MANUFACTURER, DEVICE_TYPE, ROLE, SITE})
"""Types whose objects several fabrics share."""

OWNED = tuple(item for item in PATHS if item not in SHARED)
"""Types whose objects belong to one fabric."""

Actual = Mapping[str, Sequence[JsonObject]]
"""What NetBox has, by type."""


@dataclass(frozen=True, slots=True)
class Change:
    """An object of ours that is to be changed: its number, and what it should be; `fields` are those that differ."""

    id: int
    entry: Entry
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """An object of ours that nobody asks for any more."""

    type: str
    id: int
    label: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is to be done to the inventory. `ids` has the numbers of the objects that are there; `ours` counts them.

    `conflicts` says in words which objects belong to others, and what cannot be made on account of them.
    """

    create: tuple[Entry, ...]
    change: tuple[Change, ...]
    delete: tuple[Removal, ...]
    conflicts: tuple[str, ...]
    ids: Mapping[Link, int]
    ours: int

    @property
    def is_empty(self) -> bool:
        """Whether NetBox has what it should have."""
        return not (self.create or self.change or self.delete)


def is_ours(item: JsonObject, fabric: str) -> bool:
    """Whether an object is ours and of the fabric."""
    tagged = any(tag.get("slug") == TAG for tag in item.get("tags") or ())
    return tagged and stored(item).get(FABRIC_FIELD.name) == fabric


def adjust(inventory: Inventory, actual: Actual) -> Adjustment:
    """What is to be done. `actual` has our objects, and those of others that stand where ours are to be."""
    ours, theirs, spare = by_owner(inventory, actual)
    ids = {link: int(item["id"]) for link, item in ours.items()}
    ids |= {link: int(item["id"]) for link, item in theirs.items() if _is_usable(link, ours)}
    blocked: dict[Link, str] = {}
    wanted = {entry.link for entry in inventory.entries}
    for entry in inventory.entries:
        reason = _obstacle(entry, ours, theirs, blocked)
        if reason:
            blocked[entry.link] = reason
    free = [entry for entry in inventory.entries if entry.link not in blocked]
    pairs = [(entry, ours[entry.link]) for entry in free if entry.link in ours and entry.type not in SHARED]
    changes = ((entry, item, tuple(differing(entry, item, ids))) for entry, item in pairs)
    return Adjustment(
        tuple(entry for entry in free if entry.link not in ids),
        tuple(Change(int(item["id"]), entry, names) for entry, item, names in changes if names),
        tuple(_removals([*((link, item) for link, item in ours.items() if link not in wanted), *spare])),
        tuple(blocked.values()),
        ids,
        sum(link.type not in SHARED for link in ours),
    )


_Found = dict[Link, JsonObject]


def by_owner(inventory: Inventory, actual: Actual) -> tuple[_Found, _Found, list[tuple[Link, JsonObject]]]:
    """Our objects, those of others, and our own that stand where another of ours is already."""
    ours: _Found = {}
    theirs: _Found = {}
    spare: list[tuple[Link, JsonObject]] = []
    for type_name in PATHS:
        for item in sorted(actual.get(type_name, ()), key=lambda item: int(item["id"])):
            link = Link(type_name, key_of(type_name, item))
            if not is_ours(item, inventory.fabric):
                theirs.setdefault(link, item)
            elif link in ours:
                spare.append((link, item))
            else:
                ours[link] = item
    return ours, theirs, spare


def _is_usable(link: Link, ours: Mapping[Link, JsonObject]) -> bool:
    """Whether an object of others may be named by ours: shared types, and ports that came with a device of ours."""
    return link.type in SHARED or (link.type == INTERFACE and Link(DEVICE, link.key[:1]) in ours)


def _obstacle(
    entry: Entry, ours: Mapping[Link, JsonObject], theirs: Mapping[Link, JsonObject], blocked: Mapping[Link, str]
) -> str:
    """Why an object can be neither made nor changed; empty if it can."""
    if entry.link in theirs and entry.link not in ours and not _is_usable(entry.link, ours):
        return f"{entry.label}: there already, and not of this fabric (id {theirs[entry.link]['id']})"
    for link in links_of(entry):
        if link in blocked:
            return f"{entry.label}: left out, since it needs what is not ours ({blocked[link].partition(':')[0]})"
    if entry.type == CABLE and entry.link not in ours:
        return _plugged(entry, ours, theirs)
    return ""


def _plugged(entry: Entry, ours: Mapping[Link, JsonObject], theirs: Mapping[Link, JsonObject]) -> str:
    """Whether a port of a new cable is taken by a cable of somebody else."""
    own = {int(item["id"]) for link, item in ours.items() if link.type == CABLE}
    for link in links_of(entry):
        cable = (ours.get(link) or theirs.get(link) or {}).get("cable")
        if isinstance(cable, dict) and cable.get("id") not in own:
            return f"{entry.label}: port {'/'.join(link.key)} has a cable of somebody else (id {cable.get('id')})"
    return ""


def links_of(entry: Entry) -> Iterator[Link]:
    """The objects that an object names."""
    for value in entry.fields.values():
        if isinstance(value, Link):
            yield value
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from (inner for inner in item.values() if isinstance(inner, Link))


def differing(entry: Entry, item: JsonObject, ids: Mapping[Link, int]) -> Iterator[str]:
    """The fields in which an object is not as it should be."""
    for name, value in entry.fields.items():
        if entry.type == CABLE and name.endswith("_terminations"):
            continue  # The ports are the cable's identity; which of them is side A does not matter.
        wanted = ids.get(value, -1) if isinstance(value, Link) else value
        if plain(item.get(name)) != plain(wanted):
            yield name


def _removals(found: Sequence[tuple[Link, JsonObject]]) -> Iterator[Removal]:
    """What is to be deleted, in an order in which it can be."""
    for type_name in reversed(OWNED):
        for link, item in found:
            if link.type == type_name:
                yield Removal(type_name, int(item["id"]), f"{type_name} {item.get('display') or item['id']}")


def key_of(type_name: str, item: JsonObject) -> Key:
    """The key of an object that NetBox has."""
    match type_name:
        case "dcim.device":
            return (str(item.get("name") or "").lower(),)
        case "dcim.interface":
            return _port_key(item)
        case "dcim.cable":
            return tuple(sorted(_port_key(end) for side in ("a", "b") for end in _ends(item, side)))
        case "ipam.vlan":
            return (_of(item, "group", "slug"), item.get("vid"))
        case "ipam.prefix":
            return (_of(item, "vrf", "name"), item.get("prefix"))
        case "ipam.vrf":
            return (item.get("name"),)
    return (item.get("slug"),)


def alike_of(type_name: str, item: JsonObject) -> str:
    """By what an object that NetBox has is known again, although its key was edited; see `Entry.alike`."""
    match type_name:
        case "dcim.cable":
            return str(item.get("label") or "")
        case "ipam.vlan":
            return f"{_of(item, 'group', 'slug')}/{item.get('name')}"
        case "ipam.prefix":
            return f"{_of(item, 'vrf', 'name')}/{item.get('description') or ''}"
    return ""


def _ends(cable: JsonObject, side: str) -> Iterator[JsonObject]:
    for end in cable.get(f"{side}_terminations") or ():
        yield end.get("object") or {}


def _port_key(port: JsonObject) -> Key:
    return (_of(port, "device", "name").lower(), str(port.get("name") or ""))


def _of(item: JsonObject, name: str, inner: str) -> str:
    value = item.get(name)
    return str(value.get(inner) or "") if isinstance(value, dict) else ""


def plain(value: Any) -> Any:
    """A value as NetBox takes it, from one as it gives it: linked objects as numbers, choices as words."""
    if isinstance(value, dict):
        return value.get("id", value.get("value"))
    return value if value not in ("", []) else None
