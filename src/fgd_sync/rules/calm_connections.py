"""Connections whose devices and ports are there and used by no other, told from a table of all."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.ports import Port, resolve_alias
from fgd_sync.fabric.profiles_ports import SwitchPorts
from fgd_sync.model.resource import Ref
from fgd_sync.rules.connection_parts import addressed_links, ends
from fgd_sync.rules.forms import NAMESPACE, others, wirings
from fgd_sync.rules.lookup import nodes
from fgd_sync.rules.plain_connection import Wiring
from fgd_sync.rules.profile_lookup import SWITCH, ports_by_switch

_KIND = "Connection"
_LEAVES = ("server-leaf", "border-leaf", "mixed-leaf")
_ROLES = {"fabric": (("spine",), _LEAVES), "mesh": (_LEAVES, _LEAVES)}
Use = tuple[str, str | int]
"""A device and a port of it, or that it is an address and which."""


class Machine(NamedTuple):
    """A Switch: its ports if its profile is known, and what of it others look at.

    `known` keeps what was found of its ports: the name that stands for it, and whether it may be there.
    """

    ports: SwitchPorts | None
    known: dict[str, tuple[str, bool]]
    role: str
    group: str
    redundancy: str
    vlans: frozenset[str]

    def port(self, name: str) -> tuple[str, bool]:
        """The name that stands for a port, and whether there may be one."""
        found = self.known.get(name)
        if found is None:
            ports = self.ports
            found = (ports.canonical(name), ports.may_have(name)) if ports else (_alias(name), True)
            self.known[name] = found
        return found


def machines(index: Index) -> dict[str, Machine]:
    """Every Switch by its name."""
    ports, known = index.once(ports_by_switch), dict[object, dict[str, tuple[str, bool]]]()
    found = {}
    for switch in nodes(index, SWITCH):
        mine, spec = ports[switch.ref], switch.at("spec")
        # Switches of one profile with the same breakout modes have the same ports.
        same = (id(mine.profile), *sorted(mine.breakouts.items())) if mine else None
        redundancy = spec.at("redundancy")
        found[switch.ref] = Machine(
            mine,
            known.setdefault(same, {}),
            spec.at("role").text,
            redundancy.at("group").text,
            redundancy.at("type").text,
            frozenset(spec.at("vlanNamespaces").texts),
        )
    return {ref.name: machine for ref, machine in found.items() if ref.namespace == NAMESPACE}


def _alias(name: str) -> str:
    return resolve_alias(Port("", name)).name


def calm_connections(index: Index) -> set[str]:
    """The names of Connections of the usual form that certainly break no rule on several resources."""
    known, crowded, there = index.once(wirings), index.once(_crowded), index.once(machines)
    servers, pairs = frozenset(index.names("Server", Ref("", "", NAMESPACE, ""))), dict[frozenset[str], bool]()
    return {
        name
        for name, wiring in known.items()
        if name not in crowded
        and _have_ports(wiring.seconds, there)
        and (_is_served(wiring, servers, there, pairs) if wiring.is_of_server else _joins(wiring, there))
    }


def _have_ports(ends: Iterable[tuple[str, str]], there: dict[str, Machine]) -> bool:
    return all((machine := there.get(device)) is not None and machine.port(port)[1] for device, port in ends)


def _is_served(
    wiring: Wiring, servers: frozenset[str], there: dict[str, Machine], pairs: dict[frozenset[str], bool]
) -> bool:
    """Whether the server of a Connection is there, and its switches act as one where they have to."""
    if wiring.firsts[0][0] not in servers:
        return False
    if wiring.type != "eslag":
        return True
    devices = frozenset([device for device, _ in wiring.seconds])
    if devices not in pairs:
        pairs[devices] = {(there[device].redundancy, bool(there[device].group)) for device in devices} == {
            ("eslag", True)
        } and len({there[device].group for device in devices}) == 1
    return pairs[devices]


def _joins(wiring: Wiring, there: dict[str, Machine]) -> bool:
    """Whether a Connection joins two switches of the right roles."""
    one, other = _ROLES[wiring.type]
    return (
        _have_ports(wiring.firsts, there)
        and all(there[device].role in one for device, _ in wiring.firsts)
        and all(there[device].role in other for device, _ in wiring.seconds)
    )


def _crowded(index: Index) -> set[str]:
    """The Connections that share a port or an address with another, and perhaps more."""
    users, found = dict(_other_uses(index)), set[str]()
    there = index.once(machines)
    for name, wiring in index.once(wirings).items():
        uses: list[Use] = [("", address) for address in wiring.addresses]
        for device, port in (*wiring.firsts, *wiring.seconds):
            machine = there.get(device)
            uses.append((device, machine.port(port)[0] if machine else _alias(port)))
        for use in uses:
            first = users.setdefault(use, name)
            if first is not name:
                found |= {first, name}
        if len(set(wiring.addresses)) < len(wiring.addresses):
            found.add(name)
    return found


def _other_uses(index: Index) -> Iterator[tuple[Use, str]]:
    """What Connections without a form use, each with the name of the Connection."""
    there = index.once(machines)
    for connection in others(index, _KIND, index.once(wirings)):
        for end in ends(connection):
            if end.port:
                device, port = end.port
                machine = there.get(device)
                yield (device, machine.port(port)[0] if machine else _alias(port)), connection.ref.name
        for link in addressed_links(connection):
            for _, prefix in link:
                if prefix.version == 4:
                    yield ("", prefix.value), connection.ref.name
