"""Rules on Switches among the other resources of the fabric. Conflicts with Gateways are reported at the Gateway."""

from collections.abc import Callable, Iterator

from fgd_sync.fabric.addresses import Address
from fgd_sync.fabric.index import Index
from fgd_sync.model.finding import Finding
from fgd_sync.rules.lookup import find, nodes, unknown
from fgd_sync.rules.namespaces import VLANS, valid_ranges
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, fabric_rule
from fgd_sync.rules.switch import KIND, is_leaf

Users = dict[tuple[str, Address | int], Node]
_Range = tuple[int, int, Node, Node]
"""The first and the last VLAN, where the namespace is named, and the namespace."""


@fabric_rule("SW-013", "The VLANNamespaces of a Switch exist", KIND)
def namespaces_exist(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: they say which VLANs the switch may configure. Without any, `default` is meant, which must exist too.

    Bad:
        spec:
          {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, vlanNamespaces: [labs]}
    Good:
        spec:
          {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, vlanNamespaces: [lab]}
    """
    for name in switch.at("spec", "vlanNamespaces").items:
        yield from unknown(fabric, VLANS, name)


@fabric_rule("SW-014", "The VLANNamespaces of a Switch do not overlap", KIND)
def namespaces_differ(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a VLAN of both could stand for two VPCs on one switch.

    Bad:
        spec:
          role: spine
          profile: vs
          asn: 65100
          ip: 172.30.0.20/21
          protocolIP: 172.30.8.20/32
          vlanNamespaces: [default, second]
        ---
        kind: VLANNamespace
        metadata: {name: second}
        spec: {ranges: [{from: 2000, to: 2100}]}
    Good:
        spec:
          role: spine
          profile: vs
          asn: 65100
          ip: 172.30.0.20/21
          protocolIP: 172.30.8.20/32
          vlanNamespaces: [default, lab]
    """
    names = list(switch.at("spec", "vlanNamespaces").items)
    found = [
        (first, last, place, namespace)
        for place in names
        if (namespace := find(fabric, VLANS, place))
        for first, last, _ in valid_ranges(namespace)
    ]
    widest: _Range | None = None
    widest_other: _Range | None = None
    for item in sorted(found, key=lambda item: item[:2]):
        first, last, place, namespace = item
        before = widest if widest is None or widest[3].ref != namespace.ref else widest_other
        if before and before[1] >= first:
            other = f"{before[0]}-{before[1]} of {before[3].ref}"
            yield place.finding(
                f"VLANs {first}-{last} of {namespace.ref} overlap {other}",
                "Keep one of the two namespaces, or separate their ranges.",
                related=(
                    namespace.at("spec", "ranges").pointer("the one"),
                    before[3].at("spec", "ranges").pointer("the other"),
                ),
            )
        widest, widest_other = _two_widest(item, widest, widest_other)


def _two_widest(new: _Range, widest: _Range | None, other: _Range | None) -> tuple[_Range, _Range | None]:
    """The range that ends last, and of those of other namespaces the one that does; the first of equals."""
    if widest is None:
        return new, None
    is_other = new[3].ref != widest[3].ref
    if new[1] > widest[1]:
        return new, widest if is_other else other
    return widest, new if is_other and (other is None or new[1] > other[1]) else other


@fabric_rule("SW-015", "The groups of a Switch exist", KIND)
def groups_exist(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the controller refuses names of groups it does not know; the redundancy group counts as one.

    Bad:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, groups: [pairs]}
    Good:
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, groups: [pair]}
    """
    for name in switch.at("spec", "groups").items:
        if name.value == "":
            yield name.finding("the name of a group is empty", "Write the name of a SwitchGroup, or remove it.")
        yield from unknown(fabric, "SwitchGroup", name)


def _users(index: Index, value: Callable[[Node], Address | int | None]) -> Users:
    users: Users = {}
    for switch in nodes(index, KIND):
        found = value(switch)
        if found:
            users.setdefault((switch.ref.namespace, found), switch)
    return users


def _address(switch: Node, field: str) -> Address | None:
    prefix = switch.at("spec", field).prefix
    return prefix.address if prefix else None


def _ips(index: Index) -> Users:
    return _users(index, lambda switch: _address(switch, "ip"))


def protocol_ips(index: Index) -> Users:
    """By namespace and protocol address: the first Switch that has it."""
    return _users(index, lambda switch: _address(switch, "protocolIP"))


def vtep_ips(index: Index) -> Users:
    """By namespace and VTEP address: the first Switch that has it."""
    return _users(index, lambda switch: _address(switch, "vtepIP"))


def _asns(index: Index) -> Users:
    return _users(index, lambda switch: switch.at("spec", "asn").number if is_leaf(switch) else None)


def _repeated(switch: Node, users: Users, field: str, value: Address | int | None) -> Iterator[Finding]:
    first = users.get((switch.ref.namespace, value)) if value else None
    if first and first.ref != switch.ref:
        yield switch.at("spec", field).finding(
            f"{field} {value} is already used by {first.ref}",
            "Choose another one.",
            related=(first.at("spec", field).pointer("used first"),),
        )


def _is_mclag(switch: Node) -> bool:
    return switch.at("spec", "redundancy", "type").text == "mclag"


@fabric_rule("SW-030", "Management addresses differ", KIND)
def ips_differ(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the controller could reach only one of the two.

    Bad:
        metadata: {name: spine-02}
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.20/32}
    Good:
        metadata: {name: spine-02}
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32}
    """
    yield from _repeated(switch, fabric.index.once(_ips), "ip", _address(switch, "ip"))


@fabric_rule("SW-034", "Protocol addresses differ", KIND)
def protocol_ips_differ(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the address is the BGP router id, which must be unique.

    Bad:
        metadata: {name: spine-02}
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.9/32}
    Good:
        metadata: {name: spine-02}
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32}
    """
    yield from _repeated(switch, fabric.index.once(protocol_ips), "protocolIP", _address(switch, "protocolIP"))


@fabric_rule("SW-035", "Leaves have different ASNs", KIND)
def asns_differ(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: BGP drops routes that already carry the own ASN, so two leaves with one ASN do not see each other.

    Bad:
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65101, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32}
    Good:
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32}
    """
    if is_leaf(switch) and not _is_mclag(switch):
        yield from _repeated(switch, fabric.index.once(_asns), "asn", switch.at("spec", "asn").number)


@fabric_rule("SW-040", "VTEP addresses differ", KIND)
def vtep_ips_differ(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: tunnels to one of the two would end at the other.

    Bad:
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.11/32}
    Good:
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32}
    """
    if is_leaf(switch) and not _is_mclag(switch):
        yield from _repeated(switch, fabric.index.once(vtep_ips), "vtepIP", _address(switch, "vtepIP"))


def _mclag_groups(index: Index) -> dict[tuple[str, str], Node]:
    """By namespace and redundancy group: the first MCLAG switch."""
    groups: dict[tuple[str, str], Node] = {}
    for switch in nodes(index, KIND):
        if _is_mclag(switch):
            groups.setdefault((switch.ref.namespace, switch.at("spec", "redundancy", "group").text), switch)
    return groups


@fabric_rule("SW-043", "The switches of an MCLAG group share ASN and VTEP address", KIND, until="26.03")
def mclag_pair(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: to the rest of the fabric the two are one switch.

    Bad:
        fgd: {fabric: {release: "26.02"}}
        ---
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32, redundancy: {group: twins, type: mclag}}
        ---
        metadata: {name: leaf-04}
        spec:
          {role: server-leaf, profile: vs, asn: 65120, ip: 172.30.0.21/21, protocolIP: 172.30.8.21/32,
           vtepIP: 172.30.12.21/32, redundancy: {group: twins, type: mclag}}
        ---
        kind: SwitchGroup
        metadata: {name: twins}
        spec: {}
    Good:
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32}
    """
    key = (switch.ref.namespace, switch.at("spec", "redundancy", "group").text)
    first = fabric.index.once(_mclag_groups).get(key) if _is_mclag(switch) else None
    for field in ("asn", "vtepIP") if first else ():
        mine, other = switch.at("spec", field), first.at("spec", field) if first else switch
        if not mine.is_unset and not other.is_unset and mine.value != other.value:
            yield mine.finding(
                f"{field} is {mine.value}, that of {other.ref} is {other.value}",
                "Give both switches of the MCLAG group the same.",
                related=(other.pointer("the other"),),
            )
