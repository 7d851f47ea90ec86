"""Rules on the settings of a Switch's ports, which its profile must have and support."""

from collections.abc import Iterable, Iterator

from fgd_sync.fabric.profiles import PortKind, PortProfile
from fgd_sync.fabric.profiles_ports import SwitchPorts, in_ranges
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.profile_lookup import kind_of, missing, ports_of
from fgd_sync.rules.rule import Fabric, Mark, fabric_rule
from fgd_sync.rules.switch import KIND

_PREFIX = "SPEED_"


def _settings(switch: Node, fabric: Fabric, field: str) -> Iterator[tuple[Node, SwitchPorts]]:
    """The settings under a field, each with the ports of the switch, if these are known."""
    entries = switch.at("spec", field).entries
    ports = ports_of(fabric, switch) if entries else None
    return ((entry, ports) for entry in entries) if ports else iter(())


def _choice(
    value: Node, ports: SwitchPorts, supported: Iterable[str], what: str, *, prefix: str = ""
) -> Iterator[Finding]:
    """Report a speed or mode that is not among those supported. A prefix that the webhook cuts off does not count."""
    if isinstance(value.value, str) and value.text.removeprefix(prefix) not in supported:
        yield value.finding(
            f"{what} {value.key} of the profile {ports.profile.name} does not support {value.text or 'an empty text'}",
            f"Choose one of {', '.join(supported)}.",
        )


def _absent(place: Node, ports: SwitchPorts) -> Finding:
    """Report a key that names no port."""
    message, remedy = missing(ports, place.key)
    return place.finding(message, remedy, at_key=True)


def _misfit(place: Node, ports: SwitchPorts, wanted: str, remedy: str) -> Finding:
    """Report a key that names a port of another sort than the one wanted."""
    return place.finding(
        f"{place.key} of the profile {ports.profile.name} is {kind_of(ports, place.key)}, not {wanted}",
        remedy,
        at_key=True,
    )


def _port_profile(ports: SwitchPorts, name: str) -> PortProfile | None:
    port = ports.profile.ports.get(ports.base(name)[0])
    return ports.profile.port_profile(port) if port else None


def _instead(ports: SwitchPorts, name: str, direct: str) -> str:
    """What to set for a port that has no speed of its own; `direct` is what to do otherwise."""
    port = ports.base(name)[0]
    known = ports.profile.ports[port]
    if known.kind is PortKind.GROUP:
        return f'Set the speed of the whole group: `portGroupSpeeds: {{"{known.group}": …}}`.'
    return (
        f"Choose a mode with that speed: `portBreakouts: {{{port}: …}}`." if known.kind is PortKind.BREAKOUT else direct
    )


@fabric_rule("SW-017", "Speeds of port groups are supported by the model", KIND, mark=Mark.PROFILE)
def group_speeds(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: ports of a group have one speed, of those that the hardware knows.

    Bad:
        spec:
          {role: spine, profile: dell-s5248f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portGroupSpeeds: {"1": 100G}}
    Good:
        spec:
          {role: spine, profile: dell-s5248f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portGroupSpeeds: {"1": 10G}}
    """
    for entry, ports in _settings(switch, fabric, "portGroupSpeeds"):
        groups = ports.profile.groups
        known = ports.profile.port_profiles.get(groups.get(entry.key, ""))
        if entry.key not in groups:
            has = f"; it has {in_ranges(groups)}" if groups else ""
            remedy = "Name one of these." if groups else "Set speeds under portSpeeds or portBreakouts."
            yield entry.finding(
                f"the profile {ports.profile.name} has no port group {entry.key}{has}", remedy, at_key=True
            )
        elif known:
            yield from _choice(entry, ports, known.speeds, "port group", prefix=_PREFIX)


@fabric_rule("SW-018", "Speeds of ports are supported by the model", KIND, mark=Mark.PROFILE)
def port_speeds(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: only some ports have a speed of their own; others have that of their group or breakout mode.

    Bad:
        spec:
          {role: spine, profile: dell-s5248f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portSpeeds: {E1/1: 25G}}
    Good:
        spec:
          {role: spine, profile: celestica-ds2000, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portSpeeds: {E1/1: 25G}}
    """
    for entry, ports in _settings(switch, fabric, "portSpeeds"):
        port, known = ports.profile.ports.get(entry.key), _port_profile(ports, entry.key)
        if port and port.kind is PortKind.DIRECT:
            yield from _choice(entry, ports, known.speeds if known else (), "port", prefix=_PREFIX)
        elif ports.has(entry.key):
            yield _misfit(entry, ports, "one with a speed of its own", _instead(ports, entry.key, "Remove it."))
        else:
            yield _absent(entry, ports)


@fabric_rule("SW-019", "Breakout modes are supported by the model", KIND, mark=Mark.PROFILE)
def breakouts(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: only some ports can be split, and only in the ways that the hardware knows.

    Bad:
        spec:
          {role: spine, profile: dell-s5248f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portBreakouts: {E1/55: 2x100G}}
    Good:
        spec:
          {role: spine, profile: dell-s5248f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portBreakouts: {E1/55: 4x25G}}
    """
    for entry, ports in _settings(switch, fabric, "portBreakouts"):
        port, known = ports.profile.ports.get(entry.key), _port_profile(ports, entry.key)
        if port and port.kind is PortKind.BREAKOUT:
            yield from _choice(entry, ports, known.modes if known else (), "port")
        elif ports.base(entry.key)[1]:
            whole = ports.base(entry.key)[0]
            yield entry.finding(f"{entry.key} is a sub-port; modes are those of ports", f"Write {whole}.", at_key=True)
        elif port:
            yield _misfit(entry, ports, "a breakout port", "Remove it, or name a port that can be broken out.")
        else:
            yield _absent(entry, ports)


@fabric_rule("SW-020", "Auto-negotiation is set only for ports that have it", KIND, mark=Mark.PROFILE)
def auto_negs(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: auto-negotiation depends on the sort of port. That of a breakout port is set for each sub-port.

    Bad:
        spec:
          {role: spine, profile: celestica-ds5000, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portAutoNegs: {E1/1: true}}
    Good:
        spec:
          {role: spine, profile: celestica-ds5000, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portAutoNegs: {E1/1/1: true}}
    """
    for entry, ports in _settings(switch, fabric, "portAutoNegs"):
        known, is_sub_port = _port_profile(ports, entry.key), bool(ports.base(entry.key)[1])
        if not _is_there(ports, entry.key):
            yield _absent(entry, ports)
        elif known is None or not known.auto_neg_allowed or ports.profile.ports[ports.base(entry.key)[0]].group:
            kind = kind_of(ports, entry.key)
            yield entry.finding(
                f"{entry.key} of the profile {ports.profile.name} is {kind} without auto-negotiation",
                "Remove it.",
                at_key=True,
            )
        elif known.modes and not is_sub_port:
            yield _misfit(entry, ports, "one of its sub-ports", f"Write {entry.key}/1 for the first one.")


@fabric_rule("SW-021", "FEC is set only for ports that have it", KIND, mark=Mark.PROFILE)
def fecs(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: error correction belongs to one link, so that of a port that is broken out is set for each sub-port.

    Bad:
        spec:
          {role: spine, profile: dell-s5248f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portBreakouts: {E1/55: 4x25G}, portFECs: {E1/55: rs}}
    Good:
        spec:
          {role: spine, profile: dell-s5248f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           portBreakouts: {E1/55: 4x25G}, portFECs: {E1/55/1: rs, E1/56: rs}}
    """
    for entry, ports in _settings(switch, fabric, "portFECs"):
        port = ports.profile.ports.get(entry.key)
        if not _is_there(ports, entry.key):
            yield _absent(entry, ports)
        elif port and port.kind is PortKind.MANAGEMENT:
            yield _misfit(entry, ports, "a data port", "Remove it.")
        elif (ports.sub_ports(entry.key) or 1) > 1:
            yield entry.finding(
                f"{entry.key} is broken out into {ports.sub_ports(entry.key)} sub-ports",
                f"Write {entry.key}/1 for the first one.",
                at_key=True,
            )


def _is_there(ports: SwitchPorts, name: str) -> bool:
    """Whether a name is a port, or may be one: sub-ports of a mode that SW-019 reports are not known."""
    port, number = ports.base(name)
    return ports.has(name) or bool(number and ports.sub_ports(port) is None)
