"""Advice on what the fabric accepts and what goes wrong later all the same: attachments and peerings."""

from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.resource import Ref
from fgd_sync.rules.external import PEERING as EXTERNAL_PEERING
from fgd_sync.rules.external import is_static
from fgd_sync.rules.external_attachment import KIND as EXTERNAL_ATTACHMENT
from fgd_sync.rules.gateway_acl import acl_rules
from fgd_sync.rules.gateway_parts import EXTERNAL, exposed, sides
from fgd_sync.rules.gateway_parts import PEERING as GATEWAY_PEERING
from fgd_sync.rules.lookup import nodes
from fgd_sync.rules.node import Node
from fgd_sync.rules.peering import KIND as VPC_PEERING
from fgd_sync.rules.rule import Context, Fabric, fabric_rule, rule
from fgd_sync.rules.vpc_parts import KIND as VPC
from fgd_sync.rules.vpc_parts import subnets

_WARNING = Severity.WARNING
_PEERINGS = (VPC_PEERING, EXTERNAL_PEERING, GATEWAY_PEERING)


@rule("ADV-008", "VLANs of external attachments are at most 4094", EXTERNAL_ATTACHMENT, severity=_WARNING)
def vlan_range(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: there are no other VLANs, but the fabric accepts any number up to 65535.

    Bad:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, proxy: true, vlan: 4095}}
    Good:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, proxy: true, vlan: 10}}
    """
    for part in ("switch", "static"):
        vlan = attachment.at("spec", part, "vlan")
        if vlan.number is not None and not 0 <= vlan.number <= 4094:
            yield vlan.finding(f"there is no VLAN {vlan.number}", "Choose a VLAN within 1..4094, or leave it out.")


@rule("ADV-009", "Both ends of an external link are in one subnet", EXTERNAL_ATTACHMENT, severity=_WARNING)
def link_subnet(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switch reaches only neighbours on the link, by IPv4; the fabric does not check it.

    Bad:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.9, ip: 192.0.2.1/31}}
    Good:
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
    """
    spec = attachment.at("spec")
    static = is_static(attachment)
    own, remote = (
        (spec.at("static", "ip"), spec.at("static", "remoteIP"))
        if static
        else (spec.at("switch", "ip"), spec.at("neighbor", "ip"))
    )
    if own.interface and remote.address and remote.address not in own.interface:
        yield remote.finding(
            f"{remote.text} is outside {own.interface} of the switch",
            "Choose one on the link.",
            related=(own.pointer("the switch"),),
        )
    elif own.interface and remote.address == own.interface.address:
        yield remote.finding(
            f"switch and neighbor both have the address {remote.text}",
            "Choose two addresses.",
            related=(own.pointer("the switch"),),
        )


@rule("ADV-012", "Prefixes of external peerings are IPv4, without host bits", EXTERNAL_PEERING, severity=_WARNING)
def peering_prefixes(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric accepts any text here, and the switches then refuse their configuration.

    Bad:
        spec: {permit: {vpc: {name: web, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 10.9.0.1/16}]}}}
    Good:
        spec: {permit: {vpc: {name: web, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 10.9.0.0/16}]}}}
    """
    for entry in peering.at("spec", "permit", "external", "prefixes").items:
        node = entry.at("prefix")
        if node.text and (node.prefix is None or node.prefix.version == 6 or node.prefix.has_host_bits):
            yield node.finding(
                f"{node.text!r} is not an IPv4 prefix without host bits", f"Write {node.prefix or '10.9.0.0/16'}."
            )


@fabric_rule("ADV-013", "Externals behind a proxy are peered by the gateway", EXTERNAL_PEERING, severity=_WARNING)
def proxied(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a static attachment with proxy works with gateway peerings only.

    Bad:
        spec: {permit: {vpc: {name: lab, subnets: [default]}, external: {name: still, prefixes: [{prefix: 0.0.0.0/0}]}}}
        ---
        kind: ExternalAttachment
        spec: {external: still, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, proxy: true}}
    Good:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    """
    name = peering.at("spec", "permit", "external", "name")
    attachment = fabric.index.once(_proxied).get((peering.ref.namespace, name.text))
    if attachment:
        yield name.finding(
            f"{name.text} is attached by a proxy ({attachment.ref})",
            "Use a GatewayPeering.",
            related=(attachment.at("spec", "static", "proxy").pointer("the proxy"),),
        )


def _proxied(index: Index) -> dict[tuple[str, str], Node]:
    return {
        (node.ref.namespace, node.at("spec", "external").text): node
        for node in nodes(index, EXTERNAL_ATTACHMENT)
        if node.at("spec", "static", "proxy").is_true
    }


def _partners(peering: Node) -> tuple[str, ...]:
    """The two sides of a peering of any kind, in alphabetical order; Externals behind `ext.`."""
    spec = peering.at("spec")
    found = {side.key for side in sides(peering)}
    found |= {entry.key for permit in spec.at("permit").items for entry in permit.entries}
    if peering.ref.kind == EXTERNAL_PEERING:
        found = {spec.at("permit", "vpc", "name").text, EXTERNAL + spec.at("permit", "external", "name").text}
    return tuple(sorted(found - {"", EXTERNAL}))


def _peered(index: Index) -> dict[tuple[str, tuple[str, ...]], Ref]:
    """By namespace and sides: the first peering of the two."""
    first: dict[tuple[str, tuple[str, ...]], Ref] = {}
    for kind in _PEERINGS:
        for peering in nodes(index, kind):
            first.setdefault((peering.ref.namespace, _partners(peering)), peering.ref)
    return first


@fabric_rule("ADV-014", "Two sides are peered once", *_PEERINGS, severity=_WARNING)
def peered_once(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: what holds where two peerings differ, above all one of the switches and one of the gateway, is undefined.

    Bad:
        metadata: {name: second}
        spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
        ---
        metadata: {name: first}
        spec: {permit: [{vpc-2: {}, vpc-1: {}}]}
    Good:
        spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
    """
    partners = _partners(peering)
    first = fabric.index.once(_peered)[peering.ref.namespace, partners]
    if len(partners) == 2 and first != peering.ref:
        other = Node(fabric.index.body(first), first).at("spec")
        yield peering.at("spec").finding(
            f"{first} already peers {' and '.join(partners)}",
            "Join the two peerings.",
            related=(other.pointer("the first"),),
        )


@fabric_rule("ADV-018", "The VPC of a DHCP relay is peered", VPC, severity=_WARNING)
def relay_peered(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: without a peering the relayed requests do not reach the server's VPC.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009, dhcp: {relay: 10.0.1.9/32, relayVPC: vpc-1}}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009, dhcp: {relay: 10.0.1.9/32, relayVPC: vpc-1}}}}
        ---
        kind: VPCPeering
        spec: {permit: [{example: {}, vpc-1: {}}]}
    """
    for subnet in subnets(vpc):
        name = subnet.at("dhcp", "relayVPC")
        pair = (vpc.ref.namespace, tuple(sorted((vpc.ref.name, name.text))))
        if name.text not in ("", vpc.ref.name) and pair not in fabric.index.once(_peered):
            yield name.finding(
                f"{vpc.ref} has no peering with {name.text}, where its DHCP relay is",
                "Add a VPCPeering or GatewayPeering of the two.",
            )


def _size(node: Node) -> int | None:
    """How many addresses the list adds and takes away in all; None if that cannot be told."""
    total = 0
    for item in node.items:
        added, removed = item.at("cidr").prefix, item.at("not").prefix
        if added is None and removed is None:
            return None
        total += added.last - added.first + 1 if added else 0
        total -= removed.last - removed.first + 1 if removed else 0
    return total


@rule("ADV-020", "Static NAT translates as many addresses as there are", GATEWAY_PEERING, severity=_WARNING)
def static_sizes(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: each address gets exactly one other.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/25}], nat: {static: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {static: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for side, entry in exposed(peering):
        own, other = _size(entry.at("ips")), _size(entry.at("as"))
        if entry.at("nat", "static").is_mapping and own and other and own != other:
            yield entry.at("as").finding(
                f"static NAT of {side.key} translates {own} addresses into {other}",
                "Give both sides the same number of addresses.",
            )


@rule("ADV-022", "Ports in an ACL need the protocol tcp or udp", GATEWAY_PEERING, severity=_WARNING)
def acl_ports(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: other protocols have no ports.

    Bad:
        spec:
          peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}, vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {dst: [{ports: ["443"]}]}}]}
    Good:
        spec:
          peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}, vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {proto: tcp, dst: [{ports: ["443"]}]}}]}
    """
    for item in acl_rules(peering):
        proto = item.at("match", "proto")
        for end in ("src", "dst"):
            for ports in (place.at("ports") for place in item.at("match", end).items):
                if ports.size and proto.text not in ("tcp", "udp", "6", "17"):
                    yield ports.finding(
                        f"the rule matches ports of the protocol {proto.text or 'any'}",
                        "Add `proto: tcp` or `proto: udp`.",
                    )


@rule("ADV-023", "Rules on flows need stateful NAT", GATEWAY_PEERING, severity=Severity.NOTICE)
def flow_scope(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: the gateway keeps track of flows only where it masquerades or forwards ports; `scope: packet` works always.

    Bad:
        spec:
          peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}, vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, scope: flow}]}
    Good:
        spec:
          peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}, vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, scope: packet}]}
    """
    stateful = {
        side.key
        for side, entry in exposed(peering)
        if entry.at("nat", "masquerade").is_mapping or entry.at("nat", "portForward").is_mapping
    }
    for item in acl_rules(peering):
        if item.at("scope").text == "flow" and not stateful:
            yield item.at("scope").finding(
                "the rule is for flows, but neither side has masquerade or portForward", "Write `scope: packet`."
            )
