"""What is plugged in where: the links of Connections, and who refers to a subnet, a connection, a device."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.ports import Port, parse_port
from fgd_sync.fabric.values import items, mapping, mappings, text
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Resource

_LISTS = ("links", "peerLinks", "sessionLinks")
_DEVICES = {"server": "Server", "gateway": "Gateway"}
Key = tuple[str, str]
"""A namespace and a name in it."""


class End(NamedTuple):
    """One end of a link: the kind of its device, and the port; an external link has one end."""

    kind: str
    port: Port


PlacedEnd = tuple[End, Route]
"""An end, and where in the connection its port is written."""


def link_type(connection: Resource) -> str:
    """The type of a connection, such as `unbundled`; "" if it has none."""
    return next((key for key, _ in mappings(connection.body, "spec")), "")


def links(connection: Resource) -> Iterator[list[End]]:
    """The links of a connection, each as its ends."""
    return ([end for end, _ in link] for link in placed_links(connection))


def placed_links(connection: Resource) -> Iterator[list[PlacedEnd]]:
    """The links of a connection, each as its ends with their places."""
    for name, body in mappings(connection.body, "spec"):
        for route, link in _written(body):
            place = ("spec", name, *route)
            ends = [(End(_DEVICES.get(side, "Switch"), port), (*place, side, "port")) for side, port in _ports(link)]
            if ends:
                yield ends


def _written(body: JsonObject) -> Iterator[tuple[Route, object]]:
    """The links of a connection's body, each with its place in there."""
    yield ("link",), mapping(body, "link")
    for key in _LISTS:
        yield from (((key, index), item) for index, item in enumerate(items(body, key)))


def _ports(link: object) -> Iterator[tuple[str, Port]]:
    for side, body in mappings(link):
        port = parse_port(text(body, "port"))
        if port:
            yield side, port


def ends_of(connection: Resource, kind: str) -> list[Port]:
    """The ports of a connection on devices of a kind, in the order of its links, each once."""
    found = (end.port for link in links(connection) for end in link if end.kind == kind)
    return list(dict.fromkeys(found))


def attachments_by_subnet(index: Index) -> dict[Key, list[Resource]]:
    """The attachments of every `<vpc>/<subnet>`."""
    return _table((item.ref.namespace, text(item.body, "spec", "subnet"), item) for item in index.of("VPCAttachment"))


def attachments_by_connection(index: Index) -> dict[Key, list[Resource]]:
    """The attachments of VPCs and Externals on every connection."""
    kinds = ("VPCAttachment", "ExternalAttachment")
    return _table(
        (item.ref.namespace, text(item.body, "spec", "connection"), item) for kind in kinds for item in index.of(kind)
    )


def attachments_by_external(index: Index) -> dict[Key, list[Resource]]:
    """The attachments of every External."""
    return _table(
        (item.ref.namespace, text(item.body, "spec", "external"), item) for item in index.of("ExternalAttachment")
    )


def connections_by_switch(index: Index) -> dict[Key, list[Resource]]:
    """The connections of every switch, each once."""
    return _table(
        (item.ref.namespace, switch, item)
        for item in index.of("Connection")
        for switch in dict.fromkeys(port.device for port in ends_of(item, "Switch"))
    )


def _table(rows: Iterable[tuple[str, str, Resource]]) -> dict[Key, list[Resource]]:
    found: dict[Key, list[Resource]] = {}
    for namespace, name, resource in rows:
        found.setdefault((namespace, name), []).append(resource)
    return found
