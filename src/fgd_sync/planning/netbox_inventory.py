"""The resources of a fabric as objects of core NetBox: devices, ports, cables, VRFs, VLANs, prefixes, providers. Pure.

Objects name each other by key, since nobody knows the number of an object that is yet to be made. What NetBox cannot
hold is given in words. Of each object it is known which resource it stands for, and of each field that people may edit
in NetBox where in the resource its value is written.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fgd_sync.fabric.profiles import builtin
from fgd_sync.fabric.values import items, mappings, number, shown, text, texts
from fgd_sync.fabric.wiring import End, placed_links
from fgd_sync.model.location import Route
from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.netbox_objects import slug_of

KINDS = frozenset(
    {"Switch", "Server", "Gateway", "Connection", "VPC", "IPv4Namespace", "VLANNamespace", "External"}
)  # fmt: skip
"""The kinds that the inventory is made from."""

MANUFACTURER, DEVICE_TYPE, ROLE, SITE = "dcim.manufacturer", "dcim.devicetype", "dcim.devicerole", "dcim.site"
DEVICE, INTERFACE, CABLE = "dcim.device", "dcim.interface", "dcim.cable"
VLAN_GROUP, VLAN, VRF, PREFIX = "ipam.vlangroup", "ipam.vlan", "ipam.vrf", "ipam.prefix"
PROVIDER = "circuits.provider"

_DEVICE_NAME, _INTERFACE_NAME, _VLAN_NAME, _LABEL, _DESCRIPTION = 64, 64, 64, 100, 200
_DESCRIBED = frozenset({"Switch", "Server"})
"""The kinds whose devices have a description in the resource."""

_VENDORS = {"nvidia": "NVIDIA"}
_OWN_VENDOR = "Hedgehog"
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Another object of the inventory, by its type and key."""

    type: str
    key: Key


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Way:
    """Where in a resource a field of an object is written; `back` makes the value there of the one in NetBox."""

    route: Route
    back: Callable[[Any], Any] = _as_it_is


@dataclass(frozen=True, slots=True)
class Entry:
    """One object as it should be. Values of `fields` may be links, or lists of mappings that hold links.

    `ref`: the resource that it stands for; None for what several share. `ways`: the fields that people may edit.
    `alike` is by what the object is found again when a field of its key was edited; see `alike_of`.
    """

    type: str
    key: Key
    fields: Mapping[str, Any]
    label: str
    ref: Ref | None = None
    ways: Mapping[str, Way] = field(default_factory=dict)
    alike: str = ""

    @property
    def link(self) -> Link:
        """How others name it."""
        return Link(self.type, self.key)


@dataclass(frozen=True, slots=True)
class Inventory:
    """All objects of a fabric, each once; `unsupported` says in words what NetBox cannot hold."""

    fabric: str
    entries: tuple[Entry, ...]
    unsupported: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """An inventory that is being put together."""

    fabric: str
    site: Entry
    entries: dict[Link, Entry] = field(default_factory=dict)
    unsupported: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> Link:
        """Note an object; the first of a key stays."""
        self.entries.setdefault(entry.link, entry)
        return entry.link

    def add_once(self, entry: Entry) -> bool:
        """Note an object of which there may be only one with its key; whether it is the first."""
        if entry.link in self.entries:
            self.unsupported.append(f"{entry.label}: {self.entries[entry.link].label} has its place in NetBox already")
            return False
        self.entries[entry.link] = entry
        return True


def inventory_of(fabric: str, site: str, records: Iterable[Record]) -> Inventory:
    """The inventory of a fabric whose devices stand in the site of this slug."""
    place = Entry(SITE, (site,), {"name": site, "slug": site, "status": "active"}, f"site {site}")
    draft = _Draft(fabric, place)
    by_kind: dict[str, list[Record]] = {}
    for record in records:
        by_kind.setdefault(record.ref.kind, []).append(record)
    for kind, build in _BUILDERS.items():
        for record in by_kind.get(kind, ()):
            build(draft, record)
    return Inventory(fabric, tuple(draft.entries.values()), tuple(draft.unsupported))


def _device(draft: _Draft, record: Record) -> None:
    name = shown(record.ref)
    if len(name) > _DEVICE_NAME:
        draft.unsupported.append(f"{record.ref}: NetBox refuses device names of more than {_DEVICE_NAME} characters")
        return
    role = text(record.body, "spec", "role") or record.ref.kind.lower()
    fields = {
        "name": name,
        "device_type": draft.add(_device_type(draft, record)),
        "role": draft.add(_named(ROLE, role)),
        "site": draft.add(draft.site),
        "status": "active",
        "description": text(record.body, "spec", "description")[:_DESCRIPTION],
    }
    draft.add_once(Entry(DEVICE, (name.lower(),), fields, f"device {name}", record.ref, _description(record)))


def _description(record: Record) -> Mapping[str, Way]:
    """A description goes back where the kind has one, and NetBox holds all of it."""
    is_whole = len(text(record.body, "spec", "description")) <= _DESCRIPTION
    return {"description": Way(("spec", "description"))} if record.ref.kind in _DESCRIBED and is_whole else {}


def _device_type(draft: _Draft, record: Record) -> Entry:
    profile = text(record.body, "spec", "profile") if record.ref.kind == "Switch" else ""
    known = builtin(profile) if profile else None
    vendor = profile.partition("-")[0] if known and "-" in profile else ""
    maker = _VENDORS.get(vendor, vendor.title()) or _OWN_VENDOR
    model = (known.display_name if known else "") or profile or f"Hedgehog {record.ref.kind.lower()}"
    slug = slug_of(profile or f"hedgehog-{record.ref.kind}")
    fields = {"manufacturer": draft.add(_named(MANUFACTURER, maker)), "model": model[:100], "slug": slug}
    return Entry(DEVICE_TYPE, (slug,), fields, f"device type {model}")


def _named(type_name: str, name: str) -> Entry:
    slug = slug_of(name)
    return Entry(type_name, (slug,), {"name": name, "slug": slug}, f"{type_name} {name}")


def _connection(draft: _Draft, record: Record) -> None:
    name = shown(record.ref)
    for ends in placed_links(Resource(record.ref, record.body, Origin("", 0))):
        ports = [port for end, _ in ends if (port := _interface(draft, record.ref, end))]
        if len(ports) == len(ends) == 2:
            sides = (("a_terminations", ports[0]), ("b_terminations", ports[1]))
            fields = {side: [{"object_type": INTERFACE, "object_id": port}] for side, port in sides}
            key = tuple(sorted(port.key for port in ports))
            words = " to ".join(str(end.port) for end, _ in ends)
            label = {"label": name[:_LABEL], "status": "connected"}
            ways = {side: Way(route) for (side, _), (_, route) in zip(sides, ends, strict=True)}
            told = f"cable {words} of {record.ref}"
            draft.add_once(Entry(CABLE, key, {**fields, **label}, told, record.ref, ways, name[:_LABEL]))


def _interface(draft: _Draft, ref: Ref, end: End) -> Link | None:
    name = shown(ref, end.port.device)
    device = Link(DEVICE, (name.lower(),))
    if device not in draft.entries:
        draft.unsupported.append(f"{ref}: {end.port} is a port of no device in the inventory")
        return None
    if len(end.port.name) > _INTERFACE_NAME:
        draft.unsupported.append(f"{ref}: NetBox refuses port names of more than {_INTERFACE_NAME} characters")
        return None
    fields = {"device": device, "name": end.port.name, "type": "other"}
    return draft.add(Entry(INTERFACE, (name.lower(), end.port.name), fields, f"port {name}/{end.port.name}", ref))


def _vlan_namespace(draft: _Draft, record: Record) -> None:
    name = shown(record.ref)
    found = [(number(item, "from"), number(item, "to")) for item in items(record.body, "spec", "ranges")]
    ranges = sorted([first, first if last is None else last] for first, last in found if first is not None)
    slug = slug_of(f"{draft.fabric}-{name}")
    fields = {"name": f"{draft.fabric}/{name}"[:_LABEL], "slug": slug, "vid_ranges": ranges}
    ways = {"vid_ranges": Way(("spec", "ranges"), _ranges)}
    draft.add_once(Entry(VLAN_GROUP, (slug,), fields, f"VLAN group {name}", record.ref, ways))


def _ranges(pairs: Any) -> Any:
    """Ranges of VLANs as a VLANNamespace has them."""
    return [{"from": first, "to": last} for first, last in pairs or ()]


def _ipv4_namespace(draft: _Draft, record: Record) -> None:
    words = f"IPv4 namespace {shown(record.ref)}, fabric {draft.fabric}"
    for index, subnet in enumerate(texts(record.body, "spec", "subnets")):
        prefix = _prefix(draft, record.ref, subnet)
        if prefix:
            fields = {"prefix": prefix, "vrf": None, "status": "container", "description": words[:_DESCRIPTION]}
            ways, alike = {"prefix": Way(("spec", "subnets", index))}, f"/{fields['description']}"
            told = f"prefix {prefix} of {record.ref}"
            draft.add_once(Entry(PREFIX, ("", prefix), fields, told, record.ref, ways, alike))


def _vpc(draft: _Draft, record: Record) -> None:
    name = shown(record.ref)
    words = f"VPC of fabric {draft.fabric}"[:_DESCRIPTION]
    vrf = draft.add(Entry(VRF, (name,), {"name": name[:_LABEL], "description": words}, f"VRF {name}", record.ref))
    space = shown(record.ref, text(record.body, "spec", "vlanNamespace") or "default")
    group = Link(VLAN_GROUP, (slug_of(f"{draft.fabric}-{space}"),))
    for subnet, body in mappings(record.body, "spec", "subnets"):
        prefix = _prefix(draft, record.ref, text(body, "subnet"))
        vlan = _vlan(draft, group, (record.ref, subnet), number(body, "vlan"))
        if prefix:
            fields = {"prefix": prefix, "vrf": vrf, "vlan": vlan, "status": "active", "description": f"subnet {subnet}"}
            ways, alike = {"prefix": Way(("spec", "subnets", subnet, "subnet"))}, f"{name}/{fields['description']}"
            told = f"prefix {prefix} of {record.ref}"
            draft.add_once(Entry(PREFIX, (name, prefix), fields, told, record.ref, ways, alike))


def _vlan(draft: _Draft, group: Link, place: tuple[Ref, str], vid: int | None) -> Link | None:
    ref, subnet = place
    if not vid:
        return None
    if group not in draft.entries:
        draft.unsupported.append(f"{ref}: the VLAN namespace of subnet {subnet} is not in the fabric")
        return None
    name = f"{shown(ref)}/{subnet}"[:_VLAN_NAME]
    fields = {"group": group, "vid": vid, "name": name, "status": "active"}
    ways, alike = {"vid": Way(("spec", "subnets", subnet, "vlan"))}, f"{group.key[0]}/{name}"
    entry = Entry(VLAN, (group.key[0], vid), fields, f"VLAN {vid} of {ref}, subnet {subnet}", ref, ways, alike)
    return entry.link if draft.add_once(entry) else None


def _external(draft: _Draft, record: Record) -> None:
    name = shown(record.ref)
    slug = slug_of(f"{draft.fabric}-{name}")
    fields = {"name": f"{name} ({draft.fabric})"[:_LABEL], "slug": slug, "description": "External of a Hedgehog fabric"}
    draft.add_once(Entry(PROVIDER, (slug,), fields, f"provider {name}", record.ref))


def _prefix(draft: _Draft, ref: Ref, value: str) -> str:
    """The prefix without host bits; empty, and noted, if it is none."""
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        draft.unsupported.append(f"{ref}: {value!r} is no prefix")
        return ""


_BUILDERS = {
    "Switch": _device,
    "Server": _device,
    "Gateway": _device,
    "Connection": _connection,
    "VLANNamespace": _vlan_namespace,
    "IPv4Namespace": _ipv4_namespace,
    "VPC": _vpc,
    "External": _external,
}
"""What makes objects of a resource, in an order in which everything that is named is there before."""
