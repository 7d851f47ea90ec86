"""What rules on several topics look at in a Connection: its type, its links, and their ends.

Takes nodes and gives nodes; knows no rule.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fgd_sync.fabric.addresses import Prefix
from fgd_sync.fabric.ports import Port
from fgd_sync.rules.node import Node, view

KIND = "Connection"
ENDS: dict[str, tuple[str, ...]] = {
    "unbundled": ("server", "switch"),
    "bundled": ("server", "switch"),
    "eslag": ("server", "switch"),
    "fabric": ("spine", "leaf"),
    "mesh": ("leaf1", "leaf2"),
    "gateway": ("switch", "gateway"),
    "vpcLoopback": ("switch1", "switch2"),
    "external": ("switch",),
    "staticExternal": ("switch",),
}
"""The types that the fabric uses, with the names of a link's ends."""

REMOVED = ("mclag", "mclagDomain")
_ADDRESSED = ("fabric", "mesh", "gateway")
_SINGLE = ("unbundled", "external", "staticExternal")


class End(NamedTuple):
    """One end of a link: the kind of its device, its node, and its port if that is valid."""

    device_kind: str
    node: Node
    port: Port | None


@view
def types(connection: Node) -> Iterator[tuple[str, Node]]:
    """The types of a Connection that the fabric uses: one, if it is right."""
    spec = connection.at("spec")
    return ((name, spec.at(name)) for name in spec.texts if name in ENDS and spec.at(name).is_mapping)


def links(connection: Node, name: str) -> tuple[Node, ...]:
    """The links of a Connection of a type; none if it is of another."""
    body = connection.at("spec", name)
    if not body.is_mapping:
        return ()
    return (body.at("link"),) if name in _SINGLE else body.at("links").items


@view
def _ends(connection: Node) -> Iterator[tuple[str, End]]:
    for name, _body in types(connection):
        for link in links(connection, name):
            for end in ENDS[name]:
                kind = {"server": "Server", "gateway": "Gateway"}.get(end, "Switch")
                yield name, End(kind, link.at(end), link.at(end, "port").port)


def ends(connection: Node, *names: str) -> list[End]:
    """The ends of all links of a Connection, if it is of one of the types named (any, if none is)."""
    return [end for name, end in _ends(connection) if not names or name in names]


def devices(connection: Node, kind: str, *names: str) -> set[str]:
    """The names of the devices of a kind that a Connection joins."""
    return {end.port.device for end in ends(connection, *names) if end.device_kind == kind and end.port}


@view
def addressed_links(connection: Node) -> Iterator[tuple[tuple[Node, Prefix], tuple[Node, Prefix]]]:
    """The links that have valid addresses at both ends; the fabric skips the others."""
    for name, _body in types(connection):
        if name not in _ADDRESSED:
            continue
        for link in links(connection, name):
            nodes = [link.at(end, "ip") for end in ENDS[name]]
            first, second = (node.prefix for node in nodes)
            if first and second:
                yield (nodes[0], first), (nodes[1], second)
