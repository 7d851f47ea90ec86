"""Advice on what the fabric accepts and what goes wrong later all the same: how devices fit together."""

from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.rules.connection_parts import ends
from fgd_sync.rules.gateway_parts import PEERING as GATEWAY_PEERING
from fgd_sync.rules.gateway_parts import exposed, sides
from fgd_sync.rules.lookup import find_named, nodes
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, fabric_rule
from fgd_sync.rules.switch import is_leaf, is_spine

_WARNING = Severity.WARNING


@fabric_rule("ADV-003", "Links lead to switches of the right role", "Connection", severity=_WARNING)
def roles(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric does not check it, and then configures a spine as a leaf or the other way round.

    Bad:
        spec:
          fabric:
            links:
              - {spine: {port: leaf-01/E1/9, ip: 172.30.128.8/31}, leaf: {port: leaf-02/E1/9, ip: 172.30.128.9/31}}
    Good:
        spec:
          mesh:
            links:
              - {leaf1: {port: leaf-01/E1/9, ip: 172.30.128.8/31}, leaf2: {port: leaf-02/E1/9, ip: 172.30.128.9/31}}
    """
    for end in ends(connection, "fabric", "mesh"):
        switch = find_named(fabric, "Switch", end.port.device, connection) if end.port else None
        wanted = "spine" if end.node.key == "spine" else "leaf"
        if switch and not (is_spine(switch) if wanted == "spine" else is_leaf(switch)):
            role = switch.at("spec", "role")
            yield end.node.at("port").finding(
                f"{switch.ref} has the role {role.text} but is the {wanted} of the link",
                "Correct the port, or the role.",
                related=(role.pointer("its role"),),
            )


@fabric_rule("ADV-004", "Switches of a redundancy group have the same redundancy type", "Switch", severity=_WARNING)
def group_types(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the controller cannot configure the group otherwise.

    Bad:
        fgd: {fabric: {release: "26.02"}}
        ---
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32, redundancy: {group: pair, type: mclag}}
    Good:
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32, redundancy: {group: pair, type: eslag}}
    """
    group, kind = switch.at("spec", "redundancy", "group"), switch.at("spec", "redundancy", "type")
    first = fabric.index.once(_groups).get((switch.ref.namespace, group.text))
    if first and kind.text and first.text != kind.text:
        yield kind.finding(
            f"the redundancy type is {kind.text}, that of {first.ref} in group {group.text} is {first.text}",
            "Give both the same.",
            related=(first.pointer("the other one"),),
        )


def _groups(index: Index) -> dict[tuple[str, str], Node]:
    """By namespace and redundancy group: the type of the first switch that has one."""
    found: dict[tuple[str, str], Node] = {}
    for switch in nodes(index, "Switch"):
        kind = switch.at("spec", "redundancy", "type")
        if kind.text:
            found.setdefault((switch.ref.namespace, switch.at("spec", "redundancy", "group").text), kind)
    return found


@fabric_rule("ADV-021", "A side gets one default expose", GATEWAY_PEERING, severity=_WARNING)
def one_default(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the gateway can send what nothing else matches to one place only.

    Bad:
        metadata: {name: second}
        spec: {peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}, vpc-2: {expose: [{default: true}]}}}
        ---
        metadata: {name: first}
        spec: {peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}, routed: {expose: [{default: true}]}}}
    Good:
        spec: {peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}, vpc-2: {expose: [{default: true}]}}}
    """
    for target, node in _default_exposes(peering):
        first = fabric.index.once(_defaults)[peering.ref.namespace, target]
        if (first.ref, first.route) != (node.ref, node.route):
            yield node.finding(
                f"{target} already gets a default expose from {first.ref}",
                "Keep one of the two.",
                related=(first.pointer("the first one"),),
            )


def _default_exposes(peering: Node) -> Iterator[tuple[str, Node]]:
    """The default exposes of a peering, each with the side that gets it."""
    names = [side.key for side in sides(peering)]
    for side, entry in exposed(peering):
        if entry.at("default").is_true and len(names) == 2:
            yield names[0] if names[1] == side.key else names[1], entry


def _defaults(index: Index) -> dict[tuple[str, str], Node]:
    found: dict[tuple[str, str], Node] = {}
    for peering in nodes(index, GATEWAY_PEERING):
        for target, node in _default_exposes(peering):
            found.setdefault((peering.ref.namespace, target), node)
    return found


@fabric_rule("ADV-025", "The gateways of a Connection exist", "Connection", severity=_WARNING)
def gateways_exist(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric does not check it, and the port then leads nowhere.

    Bad:
        spec:
          gateway:
            links:
              - {switch: {port: leaf-01/E1/9, ip: 172.30.128.8/31}, gateway: {port: gw-1/enp2s1, ip: 172.30.128.9/31}}
    Good:
        spec:
          gateway:
            links:
              - switch: {port: leaf-01/E1/9, ip: 172.30.128.8/31}
                gateway: {port: gateway-1/enp2s1, ip: 172.30.128.9/31}
    """
    for link in connection.at("spec", "gateway", "links").items:
        node = link.at("gateway", "port")
        if node.port and find_named(fabric, "Gateway", node.port.device, connection) is None:
            yield node.finding(f"there is no Gateway {node.port.device}", "Add it to the fabric, or correct the name.")
