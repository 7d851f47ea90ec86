"""Rules on Externals, their attachments and on peerings among the other resources of the fabric."""

from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.model.finding import Finding
from fgd_sync.rules import external_attachment, peering
from fgd_sync.rules.connection_parts import types
from fgd_sync.rules.external import KIND as EXTERNAL
from fgd_sync.rules.external import PEERING, is_static
from fgd_sync.rules.lookup import find, find_named, nodes, suggestion, unknown, unknown_named
from fgd_sync.rules.namespaces import PREFIXES
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, fabric_rule

VPC = "VPC"
VPC_PEERING = peering.KIND
ATTACHMENT = external_attachment.KIND


def _entries(peering: Node) -> Iterator[Node]:
    for permit in peering.at("spec", "permit").items:
        yield from permit.entries


def _pair(peering: Node, fabric: Fabric) -> tuple[Node, Node] | None:
    """The two VPCs of a peering, if they are there and both differ."""
    names = sorted({entry.key for entry in _entries(peering)})
    vpcs = [vpc for name in names if (vpc := find_named(fabric, VPC, name, peering))]
    return (vpcs[0], vpcs[1]) if len(names) == len(vpcs) == 2 else None


def _same(peering: Node, fabric: Fabric, field: str, what: str) -> Iterator[Finding]:
    pair = _pair(peering, fabric)
    one, other = (vpc.at("spec", field) for vpc in pair) if pair else (peering, peering)
    if one.text != other.text:
        yield peering.at("spec", "permit").finding(
            f"{one.ref} has the {what} {one.text or 'L2VNI'}, {other.ref} has {other.text or 'L2VNI'}",
            f"Peer VPCs of one {what} only.",
            related=(one.pointer("the one"), other.pointer("the other")),
        )


@fabric_rule("PEER-007", "The VPCs of a peering exist", VPC_PEERING)
def vpcs_exist(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: there is nothing to peer with otherwise.

    Bad:
        spec: {permit: [{vpc-1: {}, vpc-02: {}}]}
    Good:
        spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
    """
    for entry in _entries(peering):
        yield from unknown_named(fabric, VPC, entry.key, entry, at_key=True)


@fabric_rule("PEER-008", "Peered VPCs have the same IPv4Namespace", VPC_PEERING)
def same_prefixes(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: prefixes of different namespaces may overlap.

    Bad:
        spec: {permit: [{vpc-1: {}, other: {}}]}
        ---
        kind: VPC
        metadata: {name: other}
        spec: {ipv4Namespace: second, subnets: {default: {subnet: 192.168.9.0/24, vlan: 1009}}}
        ---
        kind: IPv4Namespace
        metadata: {name: second}
        spec: {subnets: [192.168.0.0/16]}
    Good:
        spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
    """
    yield from _same(peering, fabric, "ipv4Namespace", "IPv4Namespace")


@fabric_rule("PEER-009", "Peered VPCs have the same VLANNamespace", VPC_PEERING)
def same_vlans(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a switch that carries both must offer the VLANs of both.

    Bad:
        spec: {permit: [{vpc-1: {}, lab: {}}]}
    Good:
        spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
    """
    yield from _same(peering, fabric, "vlanNamespace", "VLANNamespace")


@fabric_rule("PEER-010", "The subnets of a peering exist", VPC_PEERING)
def peered_subnets(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a permit for a subnet that does not exist permits nothing.

    Bad:
        spec: {permit: [{vpc-1: {subnets: [web]}, vpc-2: {}}]}
    Good:
        spec: {permit: [{vpc-1: {subnets: [default]}, vpc-2: {}}]}
    """
    for entry in _entries(peering):
        yield from _unknown_subnets(find_named(fabric, VPC, entry.key, entry), entry.at("subnets"))


def _unknown_subnets(vpc: Node | None, names: Node) -> Iterator[Finding]:
    known = vpc.at("spec", "subnets") if vpc else names
    for name in names.items if vpc else ():
        if name.text and name.text not in known.texts:
            yield name.finding(
                f"{known.ref} has no subnet {name.text}",
                suggestion(name.text, known.texts),
                related=(known.pointer("its subnets"),),
            )


@fabric_rule("PEER-011", "Peered VPCs have the same mode", VPC_PEERING, until="26.02")
def same_mode(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: release 26.01 cannot route between VPCs of different modes; later ones can.

    Bad:
        fgd: {fabric: {release: "26.01"}}
        ---
        spec: {permit: [{vpc-1: {}, routed: {}}]}
    Good:
        spec: {permit: [{vpc-1: {}, routed: {}}]}
    """
    yield from _same(peering, fabric, "mode", "mode")


@fabric_rule("EXT-009", "The IPv4Namespace of an External exists", EXTERNAL)
def external_namespace(external: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the External exchanges routes with VPCs of that namespace.

    Bad:
        spec: {ipv4Namespace: defaults, inboundCommunity: "65102:5000", outboundCommunity: "50000:50001"}
    Good:
        spec: {inboundCommunity: "65102:5000", outboundCommunity: "50000:50001"}
    """
    yield from unknown(fabric, PREFIXES, external.at("spec", "ipv4Namespace"))


@fabric_rule("EXTA-025", "The External of an attachment exists", ATTACHMENT)
def external_exists(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: there is nothing to attach otherwise.

    Bad:
        spec:
          external: isps
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    Good:
        spec:
          external: isp
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    """
    yield from unknown(fabric, EXTERNAL, attachment.at("spec", "external"))


@fabric_rule("EXTA-026", "An attachment is static exactly if its External is", ATTACHMENT)
def both_static(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: one end cannot speak BGP with an end that does not.

    Bad:
        spec: {external: isp, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
    Good:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
    """
    name = attachment.at("spec", "external")
    external = find(fabric, EXTERNAL, name)
    if external and is_static(attachment) != is_static(external):
        yield name.finding(
            f"the attachment {_speech(attachment)}, but {external.ref} {_speech(external)}",
            "Give both `static`, or neither.",
            related=(external.at("spec").pointer("the External"),),
        )


def _speech(resource: Node) -> str:
    return "is static" if is_static(resource) else "speaks BGP"


@fabric_rule("EXTA-027", "The Connection of an external attachment exists", ATTACHMENT)
def connection_exists(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: it says which switch port leads to the External.

    Bad:
        spec: {external: still, connection: leaf-02--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
    Good:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
    """
    yield from unknown(fabric, "Connection", attachment.at("spec", "connection"))


@fabric_rule("EXTA-028", "An External is attached to a connection of type external", ATTACHMENT)
def connection_type(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: only such a port is set up for a neighbour outside.

    Bad:
        spec: {external: still, connection: server-02--unbundled--leaf-01, static: {remoteIP: 192.0.2.0, proxy: true}}
    Good:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, proxy: true}}
    """
    name = attachment.at("spec", "connection")
    connection = find(fabric, "Connection", name)
    found = [kind for kind, _ in types(connection)] if connection else []
    if connection and found and "external" not in found:
        yield name.finding(
            f"{connection.ref} is of type {found[0]}, not external",
            "Name one of type external.",
            related=(connection.at("spec").pointer("its type"),),
        )


def _place(attachment: Node) -> tuple[str, str, int | None]:
    vlan = attachment.at("spec", "static" if is_static(attachment) else "switch", "vlan").number
    return attachment.ref.namespace, attachment.at("spec", "connection").text, vlan


def _places(index: Index) -> dict[tuple[str, str, int | None], Node]:
    places: dict[tuple[str, str, int | None], Node] = {}
    for attachment in nodes(index, ATTACHMENT):
        places.setdefault(_place(attachment), attachment)
    return places


@fabric_rule("EXTA-029", "External attachments on one connection have different VLANs", ATTACHMENT)
def vlans_differ(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the VLAN tells the neighbours on one port apart. No VLAN counts as 0.

    Bad:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
        ---
        metadata: {name: first}
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.2, ip: 192.0.2.3/31}}
    Good:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, proxy: true, vlan: 10}}
        ---
        metadata: {name: first}
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.2, ip: 192.0.2.3/31}}
    """
    _, connection, vlan = place = _place(attachment)
    first = fabric.index.once(_places)[place]
    if connection and vlan is not None and first.ref != attachment.ref:
        yield attachment.at("spec", "connection").finding(
            f"{first.ref} already has VLAN {vlan} on {connection}",
            "Give one of the two another VLAN.",
            related=(first.at("spec", "connection").pointer("the first one"),),
        )


@fabric_rule("EXTP-004", "The VPC of an external peering exists", PEERING)
def peered_vpc(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: there is nothing to peer with otherwise.

    Bad:
        spec: {permit: {vpc: {name: vpc-9, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    Good:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    """
    yield from unknown(fabric, VPC, peering.at("spec", "permit", "vpc", "name"))


@fabric_rule("EXTP-005", "The External of an external peering exists", PEERING)
def peered_external(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: there is nothing to peer with otherwise.

    Bad:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: ips, prefixes: [{prefix: 0.0.0.0/0}]}}}
    Good:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    """
    yield from unknown(fabric, EXTERNAL, peering.at("spec", "permit", "external", "name"))


@fabric_rule("EXTP-006", "VPC and External of a peering have the same IPv4Namespace", PEERING)
def peered_namespaces(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: prefixes of different namespaces may overlap.

    Bad:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: far, prefixes: [{prefix: 0.0.0.0/0}]}}}
        ---
        kind: External
        metadata: {name: far}
        spec: {ipv4Namespace: second, static: {prefixes: [192.0.2.0/24]}}
        ---
        kind: IPv4Namespace
        metadata: {name: second}
        spec: {subnets: [192.168.0.0/16]}
    Good:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    """
    name = peering.at("spec", "permit", "external", "name")
    vpc, external = find(fabric, VPC, peering.at("spec", "permit", "vpc", "name")), find(fabric, EXTERNAL, name)
    if vpc and external:
        one, other = vpc.at("spec", "ipv4Namespace"), external.at("spec", "ipv4Namespace")
        if one.text != other.text:
            yield name.finding(
                f"{vpc.ref} is in the IPv4Namespace {one.text}, {external.ref} in {other.text}",
                "Peer VPCs with Externals of their own IPv4Namespace.",
                related=(one.pointer("that of the VPC"), other.pointer("that of the External")),
            )


@fabric_rule("EXTP-007", "The subnets of an external peering exist", PEERING)
def peering_subnets(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a permit for a subnet that does not exist permits nothing.

    Bad:
        spec: {permit: {vpc: {name: vpc-1, subnets: [web]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    Good:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    """
    permit = peering.at("spec", "permit", "vpc")
    yield from _unknown_subnets(find(fabric, VPC, permit.at("name")), permit.at("subnets"))
