"""Advice on what the fabric accepts and what stops an agent later: VLANs of a switch, and links to gateways.

A switch carries the VPCs that are attached to it, those peered with them, and those peered with Externals on it.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.values import mapping, text
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.resource import Ref
from fgd_sync.rules.attachment import KIND as ATTACHMENT
from fgd_sync.rules.connection_parts import KIND as CONNECTION
from fgd_sync.rules.connection_parts import devices
from fgd_sync.rules.forms import NAMESPACE, attachments, wirings
from fgd_sync.rules.lookup import all_nodes, find, nodes
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, Mark, fabric_rule
from fgd_sync.rules.switch import KIND as SWITCH

_WARNING = Severity.WARNING
_TWO = 2
_Table = dict[tuple[str, str], set[str]]


def _grow(table: _Table, near: Ref, name: str, others: set[str]) -> None:
    if name:
        table[near.namespace, name] |= others


def _connected(index: Index) -> _Table:
    """By namespace and Connection: its switches."""
    known, plain = index.once(all_nodes), index.once(wirings)
    refs = index.refs(CONNECTION)
    forms = [plain.get(ref.name) if ref.namespace == NAMESPACE else None for ref in refs]
    return {
        (ref.namespace, ref.name): form.switches if form else devices(known[ref], SWITCH)
        for ref, form in zip(refs, forms, strict=True)
    }


def _switches_by(index: Index, kind: str, field: str) -> _Table:
    """By namespace and the name in a field of attachments: the switches of their Connections."""
    table: _Table = defaultdict(set)
    connected = index.once(_connected)
    for near, connection, name in _attached(index, kind, field):
        switches = connected.get((near.namespace, connection))
        if switches:
            _grow(table, near, name, switches)
    return table


def _attached(index: Index, kind: str, field: str) -> Iterator[tuple[Ref, str, str]]:
    """Each attachment with its Connection and the name in a field, both as they are written."""
    plain = index.once(attachments) if kind == ATTACHMENT else {}
    for ref in index.refs(kind):
        form = plain.get(ref.name) if ref.namespace == NAMESPACE else None
        if form:
            yield ref, form.connection, form.vpc
        else:
            spec = mapping(index.written[ref].body, "spec")
            yield ref, text(spec, "connection"), text(spec, field).partition("/")[0]


def _by_vpc(index: Index) -> _Table:
    return _switches_by(index, ATTACHMENT, "subnet")


def _by_external(index: Index) -> _Table:
    return _switches_by(index, "ExternalAttachment", "external")


@fabric_rule(
    "ADV-005", "Switches of an External offer the VLANNamespace of its VPCs", "ExternalPeering", severity=_WARNING
)
def border_vlans(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the switches of the External carry the VPC too; where they lack its namespace, their agent stops updating.

    Attached VPCs are reported by ATT-011; peered VPCs have one namespace (PEER-009).

    Bad:
        spec: {permit: {vpc: {name: lab, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
        ---
        kind: ExternalAttachment
        spec:
          external: isp
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31, vlan: 10}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    Good:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
        ---
        kind: ExternalAttachment
        spec:
          external: isp
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31, vlan: 10}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    """
    name, external = peering.at("spec", "permit", "vpc", "name"), peering.at("spec", "permit", "external", "name").text
    vpc = find(fabric, "VPC", name)
    wanted = vpc.at("spec", "vlanNamespace").text if vpc else ""
    by_external = fabric.index.once(_by_external)
    for switch in sorted(by_external.get((peering.ref.namespace, external), ())) if wanted else ():
        spec = fabric.index.spec(SWITCH, switch, peering.ref)
        offered = spec.get("vlanNamespaces") if spec else None
        if isinstance(offered, list) and wanted not in offered:
            yield name.finding(
                f"Switch {switch}, to which External {external} is attached, offers the VLANNamespaces "
                f"{', '.join(map(str, offered))}, not {wanted} of VPC {name.text}",
                f"Add {wanted} to vlanNamespaces of {switch}.",
            )


def _peers(index: Index) -> _Table:
    """By namespace and VPC: the VPCs that it is peered with."""
    table: _Table = defaultdict(set)
    for peering in nodes(index, "VPCPeering"):
        for entry in peering.at("spec", "permit").items:
            names = entry.texts
            if len(names) == _TWO:  # A rule on the peering refuses any other number.
                for name, other in (names, names[::-1]):
                    _grow(table, peering.ref, name, {other} - {name})
    return table


def _permitted(index: Index) -> _Table:
    """By namespace and External: the VPCs that it is peered with."""
    table: _Table = defaultdict(set)
    for peering in nodes(index, "ExternalPeering"):
        permit = peering.at("spec", "permit")
        _grow(table, peering.ref, permit.at("external", "name").text, {permit.at("vpc", "name").text} - {""})
    return table


def _place(index: Index, namespace: str, switch: str) -> str:
    """The redundancy group that a switch shares its VLANs with, else the switch."""
    spec = index.spec(SWITCH, switch, Ref("", SWITCH, namespace, switch)) or {}
    redundancy = spec.get("redundancy")
    group = redundancy.get("group") if isinstance(redundancy, dict) else None
    return f"group {group}" if isinstance(group, str) and group else f"switch {switch}"


def _carried(index: Index) -> _Table:
    """By namespace and redundancy group or switch: the VPCs and Externals that it carries."""
    table: _Table = defaultdict(set)
    peers, permitted = index.once(_peers), index.once(_permitted)
    place = cache(partial(_place, index))
    for (namespace, vpc), switches in index.once(_by_vpc).items():
        carried = {f"VPC {name}" for name in (vpc, *peers.get((namespace, vpc), ()))}
        for switch in switches:
            table[namespace, place(namespace, switch)] |= carried
    for (namespace, external), switches in index.once(_by_external).items():
        carried = {f"VPC {name}" for name in permitted.get((namespace, external), ())} | {f"External {external}"}
        for switch in switches:
            table[namespace, place(namespace, switch)] |= carried
    return table


@fabric_rule(
    "ADV-027", "A Switch has VLANs for all VPCs and Externals it carries", SWITCH, mark=Mark.CONFIG, severity=_WARNING
)
def vlans_suffice(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: each takes one VLAN of a range of the fabric; when they run out, the agent of the switch stops.

    Bad:
        fgd: {fabric: {vpc_irb_vlans: [{from: 3000, to: 3000}]}}
        ---
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32}
        ---
        kind: Connection
        metadata: {name: server-02--unbundled--leaf-03}
        spec: {unbundled: {link: {server: {port: server-02/enp2s9}, switch: {port: leaf-03/E1/1}}}}
        ---
        kind: VPCAttachment
        metadata: {name: first}
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-03}
        ---
        kind: VPCAttachment
        metadata: {name: second}
        spec: {subnet: vpc-2/default, connection: server-02--unbundled--leaf-03}
    Good:
        fgd: {fabric: {vpc_irb_vlans: [{from: 3000, to: 3099}]}}
        ---
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32}
        ---
        kind: Connection
        metadata: {name: server-02--unbundled--leaf-03}
        spec: {unbundled: {link: {server: {port: server-02/enp2s9}, switch: {port: leaf-03/E1/1}}}}
        ---
        kind: VPCAttachment
        metadata: {name: first}
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-03}
        ---
        kind: VPCAttachment
        metadata: {name: second}
        spec: {subnet: vpc-2/default, connection: server-02--unbundled--leaf-03}
    """
    place = _place(fabric.index, switch.ref.namespace, switch.ref.name)
    count = len(fabric.index.once(_carried).get((switch.ref.namespace, place), ()))
    there = sum(item.to - item.start + 1 for item in fabric.context.settings.vpc_irb_vlans)
    if count > there:
        yield switch.at("spec").finding(
            f"{place} carries {count} VPCs and Externals, but there are {there} VLANs for them "
            "(setting fabric.vpc_irb_vlans)",
            "Attach some of them to other switches, or give the fabric a larger range.",
        )


@fabric_rule("ADV-024", "A Gateway agrees with the Connections that name it", "Gateway", severity=_WARNING)
def gateway_links(gateway: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the gateway takes addresses and neighbors from its own document, the switches from the Connection.

    What either leaves out is not compared: the installer fills it in.

    Bad:
        metadata: {name: gateway-1}
        spec:
          {asn: 65534, protocolIP: 172.30.8.99/32, vtepIP: 172.30.12.99/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.21/31]}}, neighbors: [{ip: 172.30.128.8, asn: 65101}]}
        ---
        kind: Connection
        metadata: {name: leaf-01--gateway--gateway-1}
        spec:
          gateway:
            links:
              - switch: {port: leaf-01/E1/9, ip: 172.30.128.8/31}
                gateway: {port: gateway-1/enp2s1, ip: 172.30.128.9/31}
    Good:
        metadata: {name: gateway-1}
        spec:
          {asn: 65534, protocolIP: 172.30.8.99/32, vtepIP: 172.30.12.99/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.9/31]}}, neighbors: [{ip: 172.30.128.8, asn: 65101}]}
        ---
        kind: Connection
        metadata: {name: leaf-01--gateway--gateway-1}
        spec:
          gateway:
            links:
              - switch: {port: leaf-01/E1/9, ip: 172.30.128.8/31}
                gateway: {port: gateway-1/enp2s1, ip: 172.30.128.9/31}
    """
    for link in fabric.index.once(_gateway_links).get(gateway.ref, ()):
        yield from _interface(gateway, link)
        yield from _neighbor(gateway, link, fabric)


def _gateway_links(index: Index) -> dict[Ref, list[Node]]:
    """The links of Connections to every Gateway."""
    found: dict[Ref, list[Node]] = defaultdict(list)
    for connection in nodes(index, CONNECTION):
        for link in connection.at("spec", "gateway", "links").items:
            port = link.at("gateway", "port").port
            gateway = index.find("Gateway", port.device, connection.ref) if port else None
            if gateway:
                found[gateway.ref].append(link)
    return found


def _interface(gateway: Node, link: Node) -> Iterator[Finding]:
    interfaces, end = gateway.at("spec", "interfaces"), link.at("gateway")
    port, address = end.at("port").port, end.at("ip").prefix
    interface = interfaces.at(port.name if port else "")
    ips = interface.at("ips")
    if interfaces.size and port and not interface.is_present:
        yield interfaces.finding(
            f"{link.ref} leads to interface {port.name}, which the Gateway lacks",
            f"Add it, or correct the port: the Gateway has {', '.join(interfaces.texts)}.",
            related=(end.at("port").pointer("the port"),),
        )
    elif address and port and ips.size and address not in [item.prefix for item in ips.items]:
        yield ips.finding(
            f"interface {port.name} has {', '.join(ips.texts)}, but {link.ref} gives it {end.at('ip').text}",
            "Write the same in both.",
            related=(end.at("ip").pointer("its address there"),),
        )


def _neighbor(gateway: Node, link: Node, fabric: Fabric) -> Iterator[Finding]:
    neighbors, end = gateway.at("spec", "neighbors"), link.at("switch")
    port, address = end.at("port").port, end.at("ip").prefix
    if not (neighbors.items and port and address):
        return
    place = end.at("ip").pointer("its address there")
    same = [item for item in neighbors.items if item.at("ip").address == address.address]
    switch = fabric.index.spec(SWITCH, port.device, gateway.ref) or {}
    if not same:
        yield neighbors.finding(
            f"no neighbor has the address {address.address} that {link.ref} gives the switch {port.device}",
            "Add a neighbor with it.",
            related=(place,),
        )
    for item in same:
        asn = item.at("asn")
        if asn.number and switch.get("asn") and asn.number != switch["asn"]:
            yield asn.finding(
                f"neighbor {address.address} has the ASN {asn.number}, but Switch {port.device} has {switch['asn']}",
                f"Write {switch['asn']}.",
                related=(place,),
            )
