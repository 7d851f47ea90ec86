"""The diagram of what a change touches: devices, VPCs and Externals, and what joins them."""

from collections.abc import Iterator
from itertools import pairwise

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.values import mapping, number, shown, text
from fgd_sync.fabric.wiring import ends_of, link_type, links
from fgd_sync.model.impact import Edge, How, Node
from fgd_sync.model.resource import Resource
from fgd_sync.planning.impact_touched import Trail, parties

_KINDS = ("Switch", "Server", "Gateway", "VPC", "External")
_JOINING = (
    "VPCPeering",
    "ExternalPeering",
    "GatewayPeering",
    "VPCAttachment",
    "ExternalAttachment",
    "Connection",
)
_PEERINGS = {"VPCPeering": "peering", "ExternalPeering": "peering", "GatewayPeering": "gateway peering"}


def diagram(trail: Trail, before: Index, after: Index) -> tuple[list[tuple[Node, How]], list[Edge]]:
    """The nodes and the edges that are touched; direct changes first."""
    order = list(How)
    nodes = [(Node(sort, name), how) for (sort, name), how in trail.how.items() if sort in _KINDS]
    edges: dict[Edge, None] = {}
    for kind in _JOINING:
        # What is deleted is drawn as it was, all else as it becomes.
        for index, is_old in ((before, True), (after, False)):
            for item in index.of(kind):
                how = trail.how.get((kind, shown(item.ref)))
                if how and (how is How.DELETED) is is_old:
                    edges |= dict.fromkeys(_edges(index, item, how))
    nodes.sort(key=lambda item: (order.index(item[1]), item[0]))
    return nodes, sorted(edges, key=lambda edge: order.index(edge.how))


def _edges(index: Index, item: Resource, how: How) -> Iterator[Edge]:
    if item.ref.kind == "Connection":
        yield from _connection(item, how)
    elif item.ref.kind in _PEERINGS:
        found = parties(index, item)
        if len(found) == 2:
            left, right = (Node(party.kind, shown(item.ref, party.name)) for party in found)
            yield Edge(left, right, _PEERINGS[item.ref.kind], how)
    else:
        yield from _attachment(index, item, how)


def _connection(item: Resource, how: How) -> Iterator[Edge]:
    for link in links(item):
        nodes = [Node(kind, shown(item.ref, port.device)) for kind, port in link]
        for left, right in pairwise(nodes):
            yield Edge(left, right, link_type(item), how)


def _attachment(index: Index, item: Resource, how: How) -> Iterator[Edge]:
    spec, ref = mapping(item.body, "spec"), item.ref
    connection = index.find("Connection", text(spec, "connection"), ref)
    if connection is None:
        return
    if ref.kind == "ExternalAttachment":
        external = Node("External", shown(ref, text(spec, "external")))
        for port in ends_of(connection, "Switch"):
            yield Edge(external, Node("Switch", shown(ref, port.device)), port.name, how)
        return
    vpc, _, subnet = text(spec, "subnet").partition("/")
    vlan = number(index.spec("VPC", vpc, ref), "subnets", subnet, "vlan")
    label = f"{subnet}, VLAN {vlan}" if vlan else subnet
    for server in dict.fromkeys(port.device for port in ends_of(connection, "Server")):
        yield Edge(Node("VPC", shown(ref, vpc)), Node("Server", shown(ref, server)), label, how)
