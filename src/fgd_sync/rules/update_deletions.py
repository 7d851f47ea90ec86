"""Rules on deletions: what still refers to a resource that is no longer there.

Each speaks for the rules on single references, which would say the same at every place that refers to the resource.
"""

from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.model.finding import Finding
from fgd_sync.rules import attachment, external_attachment, gateway_parts, peering
from fgd_sync.rules.connection_parts import KIND as CONNECTION
from fgd_sync.rules.connection_parts import ends
from fgd_sync.rules.external import KIND as EXTERNAL
from fgd_sync.rules.external import PEERING as EXTERNAL_PEERING
from fgd_sync.rules.gateway_fabric import DEFAULT_GROUP
from fgd_sync.rules.lookup import nodes
from fgd_sync.rules.namespaces import PREFIXES, VLANS
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, deletion_rule
from fgd_sync.rules.switch import KIND as SWITCH
from fgd_sync.rules.vpc_parts import KIND as VPC

Reference = tuple[str, str, Node]
"""The kind and name that is referred to, and the place that does."""

_SHOWN = 3


def _of_vpc(vpc: Node) -> Iterator[Reference]:
    spec = vpc.at("spec")
    yield PREFIXES, spec.at("ipv4Namespace").text, spec.at("ipv4Namespace")
    yield VLANS, spec.at("vlanNamespace").text, spec.at("vlanNamespace")


def _of_attachment(attachment: Node) -> Iterator[Reference]:
    spec = attachment.at("spec")
    yield VPC, spec.at("subnet").text.partition("/")[0], spec.at("subnet")
    yield CONNECTION, spec.at("connection").text, spec.at("connection")


def _of_peering(peering: Node) -> Iterator[Reference]:
    for permit in peering.at("spec", "permit").items:
        for side in permit.entries:
            yield VPC, side.key, side


def _of_external(external: Node) -> Iterator[Reference]:
    name = external.at("spec", "ipv4Namespace")
    yield PREFIXES, name.text, name


def _of_external_attachment(attachment: Node) -> Iterator[Reference]:
    for kind, name in (
        (EXTERNAL, attachment.at("spec", "external")),
        (CONNECTION, attachment.at("spec", "connection")),
    ):
        yield kind, name.text, name


def _of_external_peering(peering: Node) -> Iterator[Reference]:
    permit = peering.at("spec", "permit")
    for kind, name in ((VPC, permit.at("vpc", "name")), (EXTERNAL, permit.at("external", "name"))):
        yield kind, name.text, name


def _of_connection(connection: Node) -> Iterator[Reference]:
    for end in ends(connection):
        if end.port:
            yield end.device_kind, end.port.device, end.node.at("port")
    within = connection.at("spec", "staticExternal", "withinVPC")
    yield VPC, within.text, within


def _of_switch(switch: Node) -> Iterator[Reference]:
    for name in switch.at("spec", "vlanNamespaces").items:
        yield VLANS, name.text, name
    for name in switch.at("spec", "groups").items:
        yield "SwitchGroup", name.text, name


def _of_gateway(member: Node) -> Iterator[Reference]:
    for group in member.at("spec", "groups").items:
        yield gateway_parts.GROUP, group.at("name").text, group.at("name")


def _of_gateway_peering(peering: Node) -> Iterator[Reference]:
    name = peering.at("spec", "gatewayGroup")
    yield gateway_parts.GROUP, name.text, name


_REFERENCES = {
    VPC: _of_vpc,
    attachment.KIND: _of_attachment,
    peering.KIND: _of_peering,
    EXTERNAL: _of_external,
    external_attachment.KIND: _of_external_attachment,
    EXTERNAL_PEERING: _of_external_peering,
    CONNECTION: _of_connection,
    SWITCH: _of_switch,
    gateway_parts.KIND: _of_gateway,
    gateway_parts.PEERING: _of_gateway_peering,
}
"""By kind: the references that count. Sides of gateway peerings and DHCP relays do not hold a VPC back."""


def _referrers(index: Index) -> dict[tuple[str, str, str], list[Node]]:
    """By kind, namespace and name of a resource: the places that refer to it."""
    found: dict[tuple[str, str, str], list[Node]] = {}
    for kind, references in _REFERENCES.items():
        for resource in nodes(index, kind):
            for target, name, place in references(resource):
                if name:
                    found.setdefault((target, resource.ref.namespace, name), []).append(place)
    return found


def _left_behind(gone: Node, fabric: Fabric) -> Iterator[Finding]:
    ref = gone.ref
    places = fabric.index.once(_referrers).get((ref.kind, ref.namespace, ref.name), [])
    names = list(dict.fromkeys(str(place.ref) for place in places))
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        verb = "refers" if len(names) == 1 else "refer"
        yield gone.at("metadata", "name").finding(
            f"{ref} was deleted, but {', '.join(names[:_SHOWN])}{more} still {verb} to it",
            "Delete or change what refers to it as well, or bring it back.",
            related=tuple(place.pointer(f"{place.ref} refers to it") for place in places),
        )


@deletion_rule("VPC-062", "A deleted VPC is not in use", VPC, replaces=("ATT-005", "PEER-007", "EXTP-004", "CONN-037"))
def vpc_unused(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric keeps a VPC that is attached or peered, and what refers to it would be refused when it is gone.

    Before:
        metadata: {name: old-vpc}
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
    Bad:
        kind: VPCPeering
        spec: {permit: [{vpc-1: {}, old-vpc: {}}]}
    Good:
        kind: VPCPeering
        spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
    """
    yield from _left_behind(vpc, fabric)


@deletion_rule("EXT-010", "A deleted External is not in use", EXTERNAL, replaces=("EXTA-025", "EXTP-005"))
def external_unused(external: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric keeps an External that is attached or peered.

    Before:
        metadata: {name: old-isp}
        spec: {inboundCommunity: "65103:5000", outboundCommunity: "50000:50002"}
    Bad:
        kind: ExternalPeering
        spec:
          permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: old-isp, prefixes: [{prefix: 0.0.0.0/0}]}}
    Good:
        kind: ExternalPeering
        spec:
          permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}
    """
    yield from _left_behind(external, fabric)


@deletion_rule("IPNS-008", "A deleted IPv4Namespace is not in use", PREFIXES, replaces=("VPC-054", "EXT-009"))
def prefixes_unused(namespace: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric keeps a namespace that a VPC or External uses.

    Before:
        metadata: {name: second}
        spec: {subnets: [10.1.0.0/16]}
    Bad:
        kind: External
        spec: {ipv4Namespace: second, static: {prefixes: [192.0.2.0/24]}}
    Good:
        kind: External
        spec: {ipv4Namespace: default, static: {prefixes: [192.0.2.0/24]}}
    """
    yield from _left_behind(namespace, fabric)


@deletion_rule("VLNS-008", "A deleted VLANNamespace is not in use", VLANS, replaces=("VPC-055", "SW-013"))
def vlans_unused(namespace: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric keeps a namespace that a Switch lists or a VPC uses.

    Before:
        metadata: {name: second}
        spec: {ranges: [{from: 200, to: 299}]}
    Bad:
        kind: Switch
        spec:
          {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vlanNamespaces: [default, second]}
    Good:
        kind: Switch
        spec:
          {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vlanNamespaces: [default]}
    """
    yield from _left_behind(namespace, fabric)


@deletion_rule("CONN-041", "A deleted Connection is not in use", CONNECTION, replaces=("ATT-006", "EXTA-027"))
def connection_unused(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric keeps a Connection to which a VPC or an External is attached.

    Before:
        metadata: {name: server-02--unbundled--leaf-02}
        spec: {unbundled: {link: {server: {port: server-02/enp2s2}, switch: {port: leaf-02/E1/2}}}}
    Bad:
        kind: VPCAttachment
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-02}
    Good:
        kind: VPCAttachment
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01}
    """
    yield from _left_behind(connection, fabric)


@deletion_rule("SRV-002", "A deleted Server is not in use", "Server", replaces=("CONN-026",))
def server_unused(server: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric keeps a Server that a Connection names.

    Before:
        metadata: {name: server-09}
        spec: {}
    Bad:
        kind: Connection
        spec: {unbundled: {link: {server: {port: server-09/enp2s9}, switch: {port: leaf-01/E1/9}}}}
    Good:
        kind: Connection
        spec: {unbundled: {link: {server: {port: server-01/enp2s9}, switch: {port: leaf-01/E1/9}}}}
    """
    yield from _left_behind(server, fabric)


@deletion_rule("SW-042", "A deleted Switch is not in use", SWITCH, replaces=("CONN-025",))
def switch_unused(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric keeps a Switch that a Connection names.

    Before:
        metadata: {name: leaf-09}
        spec:
          {role: server-leaf, profile: vs, asn: 65109, ip: 172.30.0.19/21, protocolIP: 172.30.8.19/32,
           vtepIP: 172.30.12.19/32}
    Bad:
        kind: Connection
        spec: {unbundled: {link: {server: {port: server-01/enp2s9}, switch: {port: leaf-09/E1/9}}}}
    Good:
        kind: Connection
        spec: {unbundled: {link: {server: {port: server-01/enp2s9}, switch: {port: leaf-02/E1/9}}}}
    """
    yield from _left_behind(switch, fabric)


@deletion_rule("SG-002", "A deleted SwitchGroup is not in use", "SwitchGroup", replaces=("SW-015",))
def switch_group_unused(group: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric lets it go and then refuses every change to the Switches that still name it.

    Before:
        metadata: {name: rack-9}
        spec: {}
    Bad:
        kind: Switch
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, groups: [rack-9]}
    Good:
        kind: Switch
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, groups: [pair]}
    """
    yield from _left_behind(group, fabric)


@deletion_rule("GWG-002", "A deleted GatewayGroup is not in use", gateway_parts.GROUP, replaces=("GW-019", "GWP-025"))
def gateway_group_unused(group: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric lets it go and then refuses every change to the Gateways and peerings that still name it.

    The group `default` is made by the controller and may be left out of git.

    Before:
        metadata: {name: backup}
        spec: {}
    Bad:
        kind: Gateway
        metadata: {name: gateway-2}
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           groups: [{name: default}, {name: backup}],
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    Good:
        kind: Gateway
        metadata: {name: gateway-2}
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           groups: [{name: default}],
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    """
    if group.ref.name != DEFAULT_GROUP:
        yield from _left_behind(group, fabric)
