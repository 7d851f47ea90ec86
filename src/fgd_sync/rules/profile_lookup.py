"""What rules about switch profiles share: the ports of each switch, and how ports are spoken of."""

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.ports import Port, resolve_alias
from fgd_sync.fabric.profiles import PortKind, Profile
from fgd_sync.fabric.profiles_ports import SwitchPorts, in_ranges
from fgd_sync.fabric.profiles_written import KIND as PROFILE
from fgd_sync.fabric.profiles_written import profile_named
from fgd_sync.model.resource import Ref
from fgd_sync.rules.lookup import all_nodes, find_named
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric

SWITCH = "Switch"


def ports_of(fabric: Fabric, switch: Node) -> SwitchPorts | None:
    """The ports of a switch; None if its profile is not known, which SW-016 reports."""
    return fabric.index.once(ports_by_switch)[switch.ref]


def profile_of(fabric: Fabric, switch: Node) -> Profile | None:
    """The profile of a switch; None if it is not known, which SW-016 reports."""
    ports = ports_of(fabric, switch)
    return ports.profile if ports else None


def ports_by_switch(index: Index) -> dict[Ref, SwitchPorts | None]:
    """The ports of every switch, found when they are first asked for; None where its profile is not known.

    Whoever asks counts as having asked for all switches and profiles.
    """
    index.refs(SWITCH)
    index.refs(PROFILE)
    return _Ports(index)


class _Ports(dict[Ref, SwitchPorts | None]):
    def __init__(self, index: Index) -> None:
        super().__init__()
        self._index = index

    def __missing__(self, ref: Ref) -> SwitchPorts | None:
        found = self[ref] = self._index.unnoted(lambda: _ports(self._index, ref))
        return found


def _ports(index: Index, ref: Ref) -> SwitchPorts | None:
    switch = index.once(all_nodes)[ref]
    profile = profile_named(index, switch.at("spec", "profile").text, ref)
    chosen = {mode.key: mode.text for mode in switch.at("spec", "portBreakouts").entries}
    return SwitchPorts(profile, chosen) if profile else None


def switch_of(fabric: Fabric, port: Port, near: Node) -> tuple[Node, SwitchPorts] | None:
    """The switch that a port belongs to, with its ports; None if it or its profile is not known."""
    switch = find_named(fabric, SWITCH, port.device, near)
    ports = ports_of(fabric, switch) if switch else None
    return (switch, ports) if switch and ports else None


def canonical_port(index: Index, port: Port, near: Ref) -> Port:
    """Give both spellings of one port the same name, where the switch is not known to have it otherwise."""
    switch = index.find(SWITCH, port.device, near)
    ports = index.once(ports_by_switch)[switch.ref] if switch else None
    return Port(port.device, ports.canonical(port.name)) if ports else resolve_alias(port)


def missing(ports: SwitchPorts, name: str) -> tuple[str, str]:
    """Say of a name that is no port of a switch what there is instead, and what to write."""
    port, number = ports.base(name)
    if number:
        count = ports.sub_ports(port)
        last = f" to {port}/{count}" if count != 1 else ""
        return (
            f"{port} has no sub-port {number}: in mode {ports.mode(port)} it has {port}/1{last}",
            f"Name one of these, or choose another mode for {port} under portBreakouts.",
        )
    above = name.rpartition("/")[0]
    if above in ports.profile.ports:
        return (
            f"{above} of the profile {ports.profile.name} has no sub-ports: it is {kind_of(ports, above)}",
            f"Write {above}.",
        )
    data = (key for key, known in ports.profile.ports.items() if known.kind is not PortKind.MANAGEMENT)
    return f"the profile {ports.profile.name} has no port {name}; it has {in_ranges(data)}", "Name one of these."


def kind_of(ports: SwitchPorts, name: str) -> str:
    """Say what sort of port a name means: `a port of group 2`."""
    port, number = ports.base(name)
    known = ports.profile.ports[port]
    if number:
        return f"a sub-port of the breakout port {port}"
    return f"a port of group {known.group}" if known.group else f"a {known.kind} port"
