"""Rules on Switches that need the document and the settings alone.

A wiring diagram for the vendor's installer leaves addresses and ASNs out, and the installer fills them in; a running
fabric refuses a Switch without them. Whether a repository is for the one or the other cannot be seen, so what is
missing is a warning and what is wrong is an error.
"""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import Address, parse_address
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.reserved import MANAGEMENT, PROTOCOL, VTEP, outside
from fgd_sync.rules.rule import Context, Mark, rule

KIND = "Switch"
_LEAVES = ("server-leaf", "border-leaf", "mixed-leaf")
_DHCP_START = "172.30.4.0"
_CONTROL_VIP = "172.30.0.1"
_HYDRATED = "The installer fills it in when a fabric is set up; for a running fabric, take it from an export."


def is_leaf(switch: Node) -> bool:
    """Whether the role is one of the leaf roles."""
    return switch.at("spec", "role").text in _LEAVES


def is_spine(switch: Node) -> bool:
    """Whether the role is spine."""
    return switch.at("spec", "role").text == "spine"


def _missing(switch: Node, field: str) -> Iterator[Finding]:
    node = switch.at("spec", field)
    if node.is_unset and node.value is not False:
        yield node.finding(f"the Switch has no {field}, without which a running fabric refuses it", _HYDRATED)


def _host_length(switch: Node, field: str) -> Iterator[Finding]:
    node = switch.at("spec", field)
    if node.text and not (node.prefix and node.prefix.length == 32):
        yield node.finding(f"{field} {node.text!r} is not an address with the length 32", "Write it as 172.30.8.1/32.")


@rule("SW-002", "A Switch has an ASN", KIND, severity=Severity.WARNING)
def has_asn(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches speak BGP. The installer fills it in for a new fabric; a running one refuses this.

    Bad:
        spec: {role: server-leaf, profile: vs, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    Good:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    """
    yield from _missing(switch, "asn")


@rule("SW-003", "A Switch has a management address", KIND, severity=Severity.WARNING)
def has_ip(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: the controller reaches it there. The installer fills it in for a new fabric; a running one refuses this.

    Bad:
        spec: {role: server-leaf, profile: vs, asn: 65101, protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    Good:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    """
    yield from _missing(switch, "ip")


@rule("SW-004", "A Switch has a protocol address", KIND, severity=Severity.WARNING)
def has_protocol_ip(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: it is the BGP router id. The installer fills it in for a new fabric; a running one refuses this.

    Bad:
        spec: {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21, vtepIP: 172.30.12.0/32}
    Good:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    """
    yield from _missing(switch, "protocolIP")


@rule("SW-005", "A leaf has a VTEP address", KIND, mark=Mark.CONFIG, severity=Severity.WARNING)
def has_vtep_ip(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: VXLAN tunnels end there. The installer fills it in for a new fabric; a running one refuses this.

    Bad:
        spec: {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    Good:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    """
    if is_leaf(switch):
        yield from _missing(switch, "vtepIP")


@rule("SW-006", "A spine has no VTEP address", KIND, about=("vtepIP",))
def no_vtep_ip(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: spines only pass tunnels on; the fabric refuses one with an end of its own.

    Bad:
        spec:
          {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    vtep = switch.at("spec", "vtepIP")
    if vtep.text and is_spine(switch):
        yield vtep.finding(f"the Switch is a spine but has the VTEP address {vtep.text}", "Remove `vtepIP`.")


@rule("SW-007", "A Switch has a profile", KIND)
def has_profile(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: the profile says which ports and abilities the hardware has.

    Bad:
        spec: {role: spine, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    profile = switch.at("spec", "profile")
    if profile.is_unset:
        yield profile.finding("the Switch has no profile", "Add the name of its SwitchProfile, such as dell-s5248f-on.")


@rule("SW-010", "A redundancy group has a type, and a type has a group", KIND, about=("redundancy",))
def redundancy(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: a group without a type has no mechanism, a type without a group no partner.

    Bad:
        spec:
          {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, redundancy: {type: eslag}}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    group, kind = switch.at("spec", "redundancy", "group"), switch.at("spec", "redundancy", "type")
    if group.text and kind.value is None:
        yield kind.finding(f"the redundancy group {group.text} has no type", "Add `type: eslag`.")
    elif kind.text and group.is_unset:
        yield group.finding(f"the redundancy type {kind.text} has no group", "Add `group`, the name of a SwitchGroup.")


@rule("SW-025", "MCLAG has no effect", KIND, severity=Severity.WARNING, since="26.03", about=("redundancy",))
def mclag_gone(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: MCLAG was removed from the fabric: the type is accepted but does nothing.

    Bad:
        spec:
          role: spine
          profile: vs
          asn: 65100
          ip: 172.30.0.9/21
          protocolIP: 172.30.8.2/32
          redundancy: {group: pair-1, type: mclag}
    Good:
        spec:
          role: spine
          profile: vs
          asn: 65100
          ip: 172.30.0.9/21
          protocolIP: 172.30.8.2/32
          redundancy: {group: pair-1, type: eslag}
    """
    kind = switch.at("spec", "redundancy", "type")
    if kind.text == "mclag":
        yield kind.finding("the fabric no longer has the redundancy type mclag", "Use eslag.")


@rule("SW-028", "The management address is in the management subnet", KIND, mark=Mark.CONFIG, about=("ip",))
def ip_subnet(switch: Node, context: Context) -> Iterator[Finding]:
    """Why: the control nodes reach switches in that subnet only. Its length is that of the subnet.

    Bad:
        spec: {role: spine, profile: vs, asn: 65100, ip: 10.9.0.9/21, protocolIP: 172.30.8.2/32}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    node = switch.at("spec", "ip")
    if node.text and not node.prefix:
        yield node.finding(f"ip {node.text!r} is not an address with a length", "Write it as 172.30.0.9/21.")
    yield from outside(node, context, MANAGEMENT, "management subnet")


def _default_address(switch: Node, context: Context) -> Address | None:
    """The management address, if the installation has the default management subnet, as far as is known."""
    prefix = switch.at("spec", "ip").prefix
    return None if prefix is None or context.settings.reserved_subnets else prefix.address


@rule("SW-029", "The management address is below the DHCP range", KIND, mark=Mark.CONFIG, about=("ip",))
def ip_below_dhcp(switch: Node, context: Context) -> Iterator[Finding]:
    """Why: the addresses from 172.30.4.0 on are handed out to switches that are being installed.

    Bad:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.4.9/21, protocolIP: 172.30.8.2/32}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    address, start = _default_address(switch, context), parse_address(_DHCP_START)
    end = parse_address("172.30.7.255")
    if address and start and end and start.value <= address.value <= end.value:
        yield switch.at("spec", "ip").finding(
            f"{address} is in the range from {start} on, from which the installer's default hands out addresses",
            f"Choose an address below {start}.",
        )


@rule("SW-031", "The management address is not that of the control nodes", KIND, mark=Mark.CONFIG, about=("ip",))
def ip_not_vip(switch: Node, context: Context) -> Iterator[Finding]:
    """Why: the control nodes answer there.

    Bad:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.1/21, protocolIP: 172.30.8.2/32}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    address = _default_address(switch, context)
    if address == parse_address(_CONTROL_VIP):
        yield switch.at("spec", "ip").finding(
            f"{address} is the address of the control nodes (the installer's default)", "Choose another address."
        )


@rule("SW-032", "The protocol address has the length 32", KIND, about=("protocolIP",))
def protocol_length(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: it is a single address on a loopback interface.

    Bad:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/22}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    yield from _host_length(switch, "protocolIP")


@rule("SW-033", "The protocol address is in the protocol subnet", KIND, mark=Mark.CONFIG, about=("protocolIP",))
def protocol_subnet(switch: Node, context: Context) -> Iterator[Finding]:
    """Why: the fabric announces that range only.

    Bad:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 10.9.0.2/32}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    yield from outside(switch.at("spec", "protocolIP"), context, PROTOCOL, "protocol subnet")


@rule("SW-036", "The ASN of a leaf is in the range for leaves", KIND, mark=Mark.CONFIG, about=("asn",))
def leaf_asn(switch: Node, context: Context) -> Iterator[Finding]:
    """Why: the other ASNs are those of spines and gateways.

    Bad:
        spec:
          {role: server-leaf, profile: vs, asn: 65000, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    Good:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    """
    asn = switch.at("spec", "asn")
    first, last = context.settings.leaf_asns
    if asn.number and is_leaf(switch) and not first <= asn.number <= last:
        yield asn.finding(
            f"the ASN {asn.number} of a leaf is not within {first}..{last} (setting fabric.leaf_asns)",
            f"Choose an ASN within {first}..{last}.",
        )


@rule("SW-037", "The ASN of a spine is that of all spines", KIND, mark=Mark.CONFIG, about=("asn",))
def spine_asn(switch: Node, context: Context) -> Iterator[Finding]:
    """Why: all spines form one AS.

    Bad:
        spec: {role: spine, profile: vs, asn: 65101, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    asn, wanted = switch.at("spec", "asn"), context.settings.spine_asn
    if asn.number and is_spine(switch) and asn.number != wanted:
        yield asn.finding(
            f"the ASN of a spine is {asn.number}, not {wanted} (setting fabric.spine_asn)", f"Write {wanted}."
        )


@rule("SW-038", "The VTEP address has the length 32", KIND, about=("vtepIP",))
def vtep_length(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: it is a single address on a loopback interface.

    Bad:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/22}
    Good:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    """
    if is_leaf(switch):
        yield from _host_length(switch, "vtepIP")


@rule("SW-039", "The VTEP address is in the VTEP subnet", KIND, mark=Mark.CONFIG, about=("vtepIP",))
def vtep_subnet(switch: Node, context: Context) -> Iterator[Finding]:
    """Why: the fabric announces that range only.

    Bad:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 10.9.0.3/32}
    Good:
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.9/21,
           protocolIP: 172.30.8.2/32, vtepIP: 172.30.12.0/32}
    """
    if is_leaf(switch):
        yield from outside(switch.at("spec", "vtepIP"), context, VTEP, "VTEP subnet")
