"""The resources of a fabric as a picture of its cabling: who is plugged in where, and which VPC reaches what. Pure."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.values import mapping, number, shown, text
from fgd_sync.fabric.wiring import ends_of, link_type, links
from fgd_sync.model.resource import Resource
from fgd_sync.model.topology import Membership, Plug, SwitchNode, Topology

_Cables = dict[str, Counter[str]]


def topology(index: Index) -> Topology:
    """The picture of a fabric. What a resource refers to and is not there is left out."""
    plugs = [plug for item in index.of("Connection") for plug in _plugs(item)]
    return Topology(
        switches=tuple(_switches(index)),
        servers=_of_kind(plugs, "Server"),
        gateways=_of_kind(plugs, "Gateway"),
        externals=tuple(sorted(_externals(index))),
        memberships=tuple(sorted(_memberships(index))),
    )


def _of_kind(plugs: list[tuple[str, Plug]], kind: str) -> tuple[Plug, ...]:
    return tuple(sorted({plug for found, plug in plugs if found == kind}))


def _plugs(connection: Resource) -> Iterator[tuple[str, Plug]]:
    """Servers and gateways with the switches at the other ends of their links."""
    name, sort = shown(connection.ref), link_type(connection)
    for link in links(connection):
        switches = [end.port.device for end in link if end.kind == "Switch"]
        for end in link:
            if end.kind != "Switch":
                device = shown(connection.ref, end.port.device)
                yield from ((end.kind, Plug(device, shown(connection.ref, switch), name, sort)) for switch in switches)


def _switches(index: Index) -> list[SwitchNode]:
    cables = _cables(index)
    nodes = sorted((_switch(item, cables) for item in index.of("Switch")), key=lambda node: node.name)
    first: dict[str, str] = {}
    for node in nodes:
        first.setdefault(node.group or node.name, node.name)
    return sorted(nodes, key=lambda node: (not node.is_spine, first[node.group or node.name], node.name))


def _switch(item: Resource, cables: _Cables) -> SwitchNode:
    spec, name = mapping(item.body, "spec"), shown(item.ref)
    group, sort = text(spec, "redundancy", "group"), text(spec, "redundancy", "type")
    shown_group = f"{group} ({sort})" if group and sort else group or sort
    joined = tuple(sorted(cables.get(name, Counter()).items()))
    return SwitchNode(name, text(spec, "role"), shown_group, text(spec, "profile"), joined)


def _cables(index: Index) -> _Cables:
    """How many cables there are between two switches, counted from both ends."""
    found: _Cables = {}
    for item in index.of("Connection"):
        for link in links(item):
            ends = [shown(item.ref, end.port.device) for end in link if end.kind == "Switch"]
            for left, right in combinations(ends, 2):
                found.setdefault(left, Counter())[right] += 1
                found.setdefault(right, Counter())[left] += 1
    return found


def _externals(index: Index) -> Iterator[Plug]:
    for item in index.of("ExternalAttachment"):
        connection = index.find("Connection", text(item.body, "spec", "connection"), item.ref)
        if connection is not None:
            external = shown(item.ref, text(item.body, "spec", "external"))
            for port in ends_of(connection, "Switch"):
                switch = shown(item.ref, port.device)
                yield Plug(external, switch, shown(connection.ref), link_type(connection))


def _memberships(index: Index) -> Iterator[Membership]:
    for item in index.of("VPCAttachment"):
        connection = index.find("Connection", text(item.body, "spec", "connection"), item.ref)
        vpc, _, subnet = text(item.body, "spec", "subnet").partition("/")
        if connection is not None and vpc:
            spec = mapping(index.spec("VPC", vpc, item.ref), "subnets", subnet)
            yield Membership(
                vpc=shown(item.ref, vpc),
                subnet=subnet,
                vlan=number(spec, "vlan") or 0,
                cidr=text(spec, "subnet"),
                connection=shown(connection.ref),
                servers=_devices(connection, "Server"),
                switches=_devices(connection, "Switch"),
            )


def _devices(connection: Resource, kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shown(connection.ref, port.device) for port in ends_of(connection, kind)))
