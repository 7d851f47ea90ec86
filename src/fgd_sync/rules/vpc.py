"""Rules on VPCs: name, mode, subnets with their gateways and VLANs, and the routes and permits between subnets."""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import conflicts
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule
from fgd_sync.rules.vpc_parts import KIND, MAX_LENGTH, has_host_bgp, host_subnets, subnets

_NAME_LENGTH = 11
_MAX_SUBNETS = 20


@rule("VPC-001", "VPC names have at most 11 characters", KIND)
def name_length(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches build interface and VRF names from it, which have little room.

    Bad:
        metadata: {name: production-web}
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    Good:
        metadata: {name: prod-web}
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    name = vpc.at("metadata", "name")
    if len(name.text) > _NAME_LENGTH:
        yield name.finding(
            f"the name {name.text!r} has {len(name.text)} characters; a VPC's may have 11",
            "Shorten the name, and change the resources that refer to it.",
        )


@rule("VPC-002", "VPC names do not begin with `ext.`", KIND)
def name_prefix(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: in gateway peerings `ext.` marks Externals, so such a VPC could not be told from one.

    Bad:
        metadata: {name: ext.web}
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    Good:
        metadata: {name: ext-web}
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    name = vpc.at("metadata", "name")
    if name.text.startswith("ext."):
        yield name.finding(f"the name {name.text!r} begins with 'ext.', which marks Externals", "Choose another name.")


@rule("VPC-005", "A VPC has at least one subnet", KIND)
def some_subnet(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: a VPC without subnets connects nothing, and the fabric refuses it.

    Bad:
        spec: {subnets: {}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    node = vpc.at("spec", "subnets")
    if node.is_unset:
        yield node.finding("the VPC has no subnet", "Add one under spec.subnets.")


@rule("VPC-006", "A VPC has at most 20 subnets", KIND)
def subnet_count(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses more; a second VPC and a VPCPeering do the same.

    Bad:
        spec:
          subnets: {s01: {subnet: 10.0.1.0/24, vlan: 1001}, s02: {subnet: 10.0.2.0/24, vlan: 1002},
                    s03: {subnet: 10.0.3.0/24, vlan: 1003}, s04: {subnet: 10.0.4.0/24, vlan: 1004},
                    s05: {subnet: 10.0.5.0/24, vlan: 1005}, s06: {subnet: 10.0.6.0/24, vlan: 1006},
                    s07: {subnet: 10.0.7.0/24, vlan: 1007}, s08: {subnet: 10.0.8.0/24, vlan: 1008},
                    s09: {subnet: 10.0.9.0/24, vlan: 1009}, s10: {subnet: 10.0.10.0/24, vlan: 1010},
                    s11: {subnet: 10.0.11.0/24, vlan: 1011}, s12: {subnet: 10.0.12.0/24, vlan: 1012},
                    s13: {subnet: 10.0.13.0/24, vlan: 1013}, s14: {subnet: 10.0.14.0/24, vlan: 1014},
                    s15: {subnet: 10.0.15.0/24, vlan: 1015}, s16: {subnet: 10.0.16.0/24, vlan: 1016},
                    s17: {subnet: 10.0.17.0/24, vlan: 1017}, s18: {subnet: 10.0.18.0/24, vlan: 1018},
                    s19: {subnet: 10.0.19.0/24, vlan: 1019}, s20: {subnet: 10.0.20.0/24, vlan: 1020},
                    s21: {subnet: 10.0.21.0/24, vlan: 1021}}
    Good:
        spec:
          subnets: {s01: {subnet: 10.0.1.0/24, vlan: 1001}, s02: {subnet: 10.0.2.0/24, vlan: 1002}}
    """
    node = vpc.at("spec", "subnets")
    if node.is_mapping and node.size > _MAX_SUBNETS:
        yield node.finding(
            f"the VPC has {node.size} subnets; it may have {_MAX_SUBNETS}", "Move some of them to another VPC."
        )


@rule("VPC-007", "The mode is empty or `l3vni`", KIND, about=("mode",))
def mode(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric knows no other mode: nothing (L2VNI) for VLANs stretched over switches, `l3vni` for routed ones.

    Bad:
        spec: {mode: l2vni, subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    Good:
        spec: {mode: l3vni, subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    node = vpc.at("spec", "mode")
    if node.text not in ("", "l3vni", "l3flat"):
        yield node.finding(
            f"the fabric has no VPC mode {node.text!r}", "Leave `mode` out for an L2VNI VPC, or write `l3vni`."
        )


@rule("VPC-008", "The mode `l3flat` is not supported", KIND, about=("mode",))
def mode_flat(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the mode has a name but no implementation; the fabric always refuses it.

    Bad:
        spec: {mode: l3flat, subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    Good:
        spec: {mode: l3vni, subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    node = vpc.at("spec", "mode")
    if node.text == "l3flat":
        yield node.finding(
            "the fabric does not support the VPC mode 'l3flat'", "Leave `mode` out for an L2VNI VPC, or write `l3vni`."
        )


@rule("VPC-009", "Every subnet has a prefix", KIND)
def subnet_prefix(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: without it the switches have no addresses to route.

    Bad:
        spec: {subnets: {default: {vlan: 1001}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    for subnet in subnets(vpc):
        if subnet.is_mapping and subnet.at("subnet").is_unset:
            yield subnet.finding(f"subnet {subnet.key} has no prefix", "Give it one, such as `subnet: 10.0.1.0/24`.")


@rule("VPC-010", "The prefix of a subnet is an address and a length", KIND)
def subnet_parses(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric reads prefixes strictly: no missing length, no netmask, no leading zeros.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/255.255.255.0, vlan: 1001}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    for subnet in subnets(vpc):
        node = subnet.at("subnet")
        if node.text and not node.prefix:
            yield node.finding(
                f"{node.text!r} of subnet {subnet.key} is not a prefix",
                "Write an address and a length, such as 10.0.1.0/24.",
            )


@rule("VPC-011", "The prefix length of a subnet is at most 30", KIND)
def subnet_length(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: a longer prefix has no room for a gateway and a host.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/31, vlan: 1001}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/30, vlan: 1001}}}
    """
    for subnet in subnets(vpc):
        prefix = subnet.at("subnet").prefix
        if prefix and prefix.length > MAX_LENGTH:
            yield subnet.at("subnet").finding(
                f"{prefix} of subnet {subnet.key} is longer than /30", "Choose a prefix of length 30 or less."
            )


@rule("VPC-015", "The gateway of a subnet is an address without length", KIND)
def gateway_parses(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches configure it as their own address in the subnet; the length is that of the subnet.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, gateway: 10.0.1.1/24, vlan: 1001}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, gateway: 10.0.1.1, vlan: 1001}}}
    """
    for subnet in subnets(vpc):
        node = subnet.at("gateway")
        if node.text and not node.address and not has_host_bgp(subnet):
            yield node.finding(
                f"the gateway {node.text!r} of subnet {subnet.key} is not an address",
                "Write the address alone, or leave it out: the first of the subnet is the default.",
            )


@rule("VPC-016", "The gateway lies inside its subnet", KIND)
def gateway_inside(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: hosts could not reach a gateway outside their subnet.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, gateway: 10.0.2.1, vlan: 1001}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, gateway: 10.0.1.1, vlan: 1001}}}
    """
    for subnet, prefix in host_subnets(vpc):
        gateway = subnet.at("gateway").address
        if gateway and gateway not in prefix and not has_host_bgp(subnet):
            yield subnet.at("gateway").finding(
                f"the gateway {gateway} of subnet {subnet.key} is outside {prefix}",
                "Choose an address of the subnet, or leave it out: the first one is the default.",
            )


@rule("VPC-017", "A subnet has a VLAN unless its hosts speak BGP", KIND)
def vlan_present(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric does not choose VLANs itself; without one no port can carry the subnet.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/24}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    for subnet in subnets(vpc):
        if subnet.is_mapping and subnet.at("vlan").number == 0 and not has_host_bgp(subnet):
            yield subnet.at("vlan").finding(
                f"subnet {subnet.key} has no VLAN", "Give it a free VLAN of its VLANNamespace."
            )


@rule("VPC-046", "The subnets of a VPC have different VLANs", KIND)
def vlans_differ(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: two subnets on one VLAN could not be told apart on a port.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1001}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1002}}}
    """
    users: dict[int, Node] = {}
    for subnet in subnets(vpc):
        vlan = subnet.at("vlan").number
        if not vlan or has_host_bgp(subnet):
            continue
        first = users.setdefault(vlan, subnet)
        if first is not subnet:
            yield subnet.at("vlan").finding(
                f"VLAN {vlan} of subnet {subnet.key} is already used by subnet {first.key}",
                "Give one of the two another VLAN.",
                related=(first.at("vlan").pointer(f"VLAN {vlan} used first"),),
            )


@rule("VPC-047", "The subnets of a VPC do not overlap", KIND)
def prefixes_differ(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: an address in both could be routed to only one of them.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.0.0/16, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1002}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1002}}}
    """
    ranges = [(prefix, subnet) for subnet in subnets(vpc) if (prefix := subnet.at("subnet").prefix)]
    for (wide, first), (narrow, second) in conflicts(ranges):
        yield second.at("subnet").finding(
            f"{narrow} of subnet {second.key} overlaps {wide} of subnet {first.key}",
            "Choose separate prefixes.",
            related=(first.at("subnet").pointer(f"overlaps {narrow}"),),
        )
