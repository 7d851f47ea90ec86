"""What a change touches, also indirectly: from the resources that change, along references, to ports and devices.

A subnet touches its attachments, an attachment its connection, a connection its ports and devices; a switch, or some of
its ports, the connections there and what they carry; a peering its two parties. It goes no further: what a peering
lets through is told as traffic.
"""

from collections.abc import Callable, Iterable, Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.ports import Port, resolve_alias
from fgd_sync.fabric.reach import is_on
from fgd_sync.fabric.reach_gateway import gateway_party
from fgd_sync.fabric.reach_parts import Party, named
from fgd_sync.fabric.values import at, items, mapping, mappings, shown, text
from fgd_sync.fabric.wiring import (
    Key,
    attachments_by_connection,
    attachments_by_external,
    attachments_by_subnet,
    connections_by_switch,
    links,
)
from fgd_sync.model.impact import How, Touched
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import JsonObject, Ref, Resource
from fgd_sync.planning.impact_changes import Changed

SUBNET, PORT = "subnet", "port"
PORT_SETTINGS = {
    "portSpeeds": "speed",
    "portBreakouts": "breakout",
    "portAutoNegs": "auto-negotiation",
    "portFECs": "FEC",
}
_VERBS = {How.CREATED: "is created", How.CHANGED: "changes", How.DELETED: "is deleted"}
_SORTS = {
    sort: number
    for number, sort in enumerate(
        sort for kind in KINDS for sort in (kind.name, *{"VPC": (SUBNET,), "Switch": (PORT,)}.get(kind.name, ()))
    )
}
_FLAGS = (("isolated", "defaultIsolated"), ("restricted", "defaultRestricted"))
_WHOLE_VPC = ("mode", "ipv4Namespace", "vlanNamespace", "staticRoutes")


class Trail:
    """What was found to be touched. The first reason is told, others are counted."""

    def __init__(self) -> None:
        self.how: dict[tuple[str, str], How] = {}
        self._why: dict[tuple[str, str], dict[str, None]] = {}

    def add(self, sort: str, name: str, how: How, why: str = "") -> None:
        """Note that something is touched."""
        key = (sort, name)
        if key not in self.how or how is not How.AFFECTED:
            self.how[key] = how
        if why:
            self._why.setdefault(key, {})[why] = None

    def all(self) -> list[Touched]:
        """Everything, ordered by sort (as kinds are listed), what happens, and name."""
        order = {how: number for number, how in enumerate(How)}
        keys = sorted(self.how, key=lambda key: (_SORTS.get(key[0], len(_SORTS)), key[0], order[self.how[key]], key[1]))
        return [Touched(*key, self.how[key], self._reason(key)) for key in keys]

    def _reason(self, key: tuple[str, str]) -> str:
        reasons = list(self._why.get(key, ()))
        if self.how[key] is not How.AFFECTED or not reasons:
            return ""
        return reasons[0] if len(reasons) == 1 else f"{reasons[0]} (and {len(reasons) - 1} more)"


def touched(changed: list[Changed], before: Index, after: Index) -> Trail:
    """Follow every change along the references of both fabrics."""
    trail = Trail()
    walk = _Walk(trail, (before, after))
    for item in changed:
        trail.add(item.ref.kind, shown(item.ref), item.how)
    for item in changed:
        follow = _FOLLOW.get(item.ref.kind)
        if follow:
            follow(walk, item)
    return trail


class _Walk:
    """Follows changes, one kind of resource in each method."""

    def __init__(self, trail: Trail, indexes: tuple[Index, Index]) -> None:
        self.trail, self._indexes = trail, indexes

    def rows(self, table: Callable[[Index], dict[Key, list[Resource]]], ref: Ref, name: str) -> Iterator[Resource]:
        """The resources that a table of either fabric has under a name."""
        for index in self._indexes:
            yield from index.once(table).get((ref.namespace, name), ())

    def find(self, kind: str, name: str, near: Ref) -> Iterator[Resource]:
        """The resource that a name means, in either fabric."""
        for index in self._indexes:
            found = index.find(kind, name, near)
            if found:
                yield found

    def vpc(self, item: Changed) -> None:
        """The subnets that differ, and their attachments."""
        for name, how in changed_subnets(item).items():
            subnet = f"{shown(item.ref)}/{name}"
            self.trail.add(SUBNET, subnet, how)
            why = f"subnet {subnet} {_VERBS[how]}"
            for attachment in self.rows(attachments_by_subnet, item.ref, f"{item.ref.name}/{name}"):
                self.affect(attachment, why)
                self.attachment_on(attachment, why)

    def attachment(self, item: Changed) -> None:
        """The subnet or External that is attached, and the connection."""
        why = _reason(item)
        for version in item.versions:
            vpc, _, subnet = text(version.body, "spec", "subnet").partition("/")
            if subnet:
                self.trail.add(SUBNET, shown(item.ref, f"{vpc}/{subnet}"), How.AFFECTED, why)
            for external in self.find("External", text(version.body, "spec", "external"), item.ref):
                self.affect(external, why)
            self.attachment_on(version, why)

    def attachment_on(self, attachment: Resource, why: str) -> None:
        """The connection that an attachment is on."""
        for connection in self.find("Connection", text(attachment.body, "spec", "connection"), attachment.ref):
            self.affect(connection, why)
            self.plugged(connection, why)

    def connection(self, item: Changed) -> None:
        """Ports, devices, and what the connection carries."""
        why = _reason(item)
        for version in item.versions:
            self.plugged(version, why)
        for attachment in self.rows(attachments_by_connection, item.ref, item.ref.name):
            self.affect(attachment, why)

    def plugged(self, connection: Resource, why: str) -> None:
        """The switch ports and the devices of a connection."""
        for link in links(connection):
            for kind, port in link:
                self.trail.add(kind, shown(connection.ref, port.device), How.AFFECTED, why)
                if kind == "Switch":
                    self.trail.add(PORT, shown(connection.ref, str(port)), How.AFFECTED, why)

    def switch(self, item: Changed) -> None:
        """The ports with other settings, the connections on them, or all of them, and what these carry."""
        ports = changed_ports(item)
        for port in ports:
            self.trail.add(PORT, f"{shown(item.ref)}/{port}", item.how)
        whole = is_more_than_ports(item)
        for connection in self.rows(connections_by_switch, item.ref, item.ref.name):
            if whole or set(ports) & set(_ports_on(connection, item.ref.name)):
                why = _reason(item)
                self.affect(connection, why)
                for attachment in self.rows(attachments_by_connection, item.ref, connection.ref.name):
                    self.affect(attachment, why)

    def external(self, item: Changed) -> None:
        """The attachments of an External."""
        for attachment in self.rows(attachments_by_external, item.ref, item.ref.name):
            self.affect(attachment, _reason(item))

    def peering(self, item: Changed) -> None:
        """The two parties of a peering."""
        for party in {
            party for index in self._indexes for version in item.versions for party in parties(index, version)
        }:
            self.trail.add(party.kind, shown(item.ref, party.name), How.AFFECTED, _reason(item))

    def affect(self, resource: Resource, why: str) -> None:
        """A resource is affected."""
        self.trail.add(resource.ref.kind, shown(resource.ref), How.AFFECTED, why)


def _reason(item: Changed) -> str:
    return f"{item.ref} {_VERBS[item.how]}"


_FOLLOW: dict[str, Callable[[_Walk, Changed], None]] = {
    "VPC": _Walk.vpc,
    "VPCAttachment": _Walk.attachment,
    "ExternalAttachment": _Walk.attachment,
    "Connection": _Walk.connection,
    "Switch": _Walk.switch,
    "External": _Walk.external,
    "VPCPeering": _Walk.peering,
    "ExternalPeering": _Walk.peering,
    "GatewayPeering": _Walk.peering,
}


def parties(index: Index, peering: Resource) -> list[Party]:
    """The VPCs and Externals of a peering that exist, in the order of their names."""
    spec, ref = mapping(peering.body, "spec"), peering.ref
    if ref.kind == "GatewayPeering":
        found = [gateway_party(index, name, ref) for name, _ in mappings(spec, "peering")]
    elif ref.kind == "ExternalPeering":
        permit = mapping(spec, "permit")
        found = [named(index, "VPC", text(permit, "vpc", "name"), ref)]
        found.append(named(index, "External", text(permit, "external", "name"), ref))
    else:
        found = [named(index, "VPC", name, ref) for entry in items(spec, "permit") for name, _ in mappings(entry)]
    return sorted(set(filter(None, found)))


def changed_subnets(item: Changed) -> dict[str, How]:
    """The subnets of a VPC that differ, by name, with the flags of the VPC taken into account."""
    old, new = _subnets(item.before), _subnets(item.after)
    found = {}
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            found[name] = How.CREATED if name not in old else How.DELETED if name not in new else How.CHANGED
    return found


def _subnets(vpc: Resource | None) -> dict[str, tuple[object, ...]]:
    """What there is to each subnet: its body, what its VPC decides for it, and the permit lists that name it."""
    spec = mapping(vpc.body, "spec") if vpc else {}
    lists: dict[str, set[frozenset[str]]] = {}
    for entry in items(spec, "permit"):
        names = frozenset(name for name in entry if isinstance(name, str)) if isinstance(entry, list) else frozenset()
        for name in names:
            lists.setdefault(name, set()).add(names)
    whole = [at(spec, key) or None for key in _WHOLE_VPC]
    flags = {flag for flag, _ in _FLAGS}
    return {
        name: (
            {key: value for key, value in body.items() if key not in flags},
            [is_on(spec, body, *flag) for flag in _FLAGS],
            lists.get(name, set()),
            whole,
        )
        for name, body in mappings(spec, "subnets")
    }


def changed_ports(item: Changed) -> list[str]:
    """The ports of a switch whose settings differ, in the order of their names; none for a new or deleted switch."""
    if not (item.before and item.after):
        return []
    names = set()
    for key in PORT_SETTINGS:
        old, new = mapping(item.before.body, "spec", key), mapping(item.after.body, "spec", key)
        names |= {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return sorted(names)


def is_more_than_ports(item: Changed) -> bool:
    """Whether more of a switch differs than the settings of single ports."""
    return len(item.versions) < 2 or _rest(item.before) != _rest(item.after)


def _rest(switch: Resource | None) -> JsonObject:
    return {key: value for key, value in mapping(switch and switch.body, "spec").items() if key not in PORT_SETTINGS}


def _ports_on(connection: Resource, switch: str) -> Iterable[str]:
    """The ports of a connection on a switch: as written, without alias, and those they are broken out of."""
    for link in links(connection):
        for kind, port in link:
            if kind == "Switch" and port.device == switch:
                yield from (port.name, resolve_alias(port).name, _whole(port))


def _whole(port: Port) -> str:
    return "/".join(port.name.split("/")[:2])
