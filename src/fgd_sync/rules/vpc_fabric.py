"""Rules on VPCs among the other resources of the fabric: their namespaces, and each other's prefixes and VLANs."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from fgd_sync.fabric.addresses import Prefix, conflicts
from fgd_sync.fabric.index import Index
from fgd_sync.model.finding import Finding
from fgd_sync.rules.lookup import find, nodes, restless, unknown
from fgd_sync.rules.namespaces import PREFIXES, VLANS, valid_ranges
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, fabric_rule
from fgd_sync.rules.vpc_parts import KIND, extra_prefixes, has_host_bgp, subnets

_SHOWN_RANGES = 3


@fabric_rule("VPC-054", "The IPv4Namespace of a VPC exists", KIND)
def prefixes_exist(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the VPC takes its prefixes from it. Not even `default` exists by itself.

    Bad:
        spec: {ipv4Namespace: defaults, subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
        ---
        kind: IPv4Namespace
        metadata: {name: default}
        spec: {subnets: [10.0.0.0/16]}
    """
    yield from unknown(fabric, PREFIXES, vpc.at("spec", "ipv4Namespace"))


@fabric_rule("VPC-055", "The VLANNamespace of a VPC exists", KIND)
def vlans_exist(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the VPC takes its VLANs from it. Not even `default` exists by itself.

    Bad:
        spec: {vlanNamespace: defaults, subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
        ---
        kind: VLANNamespace
        metadata: {name: default}
        spec: {ranges: [{from: 1000, to: 2999}]}
    """
    yield from unknown(fabric, VLANS, vpc.at("spec", "vlanNamespace"))


@fabric_rule("VPC-056", "Subnets lie inside their IPv4Namespace", KIND)
def inside_prefixes(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the namespace says which addresses VPCs may use.

    Bad:
        spec: {subnets: {default: {subnet: 192.168.1.0/24, vlan: 1009}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
    """
    namespace = find(fabric, PREFIXES, vpc.at("spec", "ipv4Namespace"))
    if namespace is None:
        return
    pool = [prefix for node in namespace.at("spec", "subnets").items if (prefix := node.prefix)]
    for subnet in subnets(vpc):
        prefix = subnet.at("subnet").prefix
        if prefix and not any(allowed.covers(prefix) for allowed in pool):
            yield subnet.at("subnet").finding(
                f"{prefix} of subnet {subnet.key} is outside {namespace.ref}, which has {', '.join(map(str, pool))}",
                "Choose a prefix of the namespace, or add one to it.",
                related=(namespace.at("spec", "subnets").pointer("the namespace"),),
            )


@fabric_rule("VPC-057", "VLANs lie inside their VLANNamespace", KIND)
def inside_vlans(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the namespace says which VLANs VPCs may use.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 99}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
    """
    namespace = find(fabric, VLANS, vpc.at("spec", "vlanNamespace"))
    if namespace is None:
        return
    pool = [(first, last) for first, last, _ in valid_ranges(namespace)]
    for subnet in subnets(vpc):
        vlan = subnet.at("vlan").number
        if vlan and not has_host_bgp(subnet) and not any(first <= vlan <= last for first, last in pool):
            ranges = ", ".join(f"{first}-{last}" for first, last in pool)
            yield subnet.at("vlan").finding(
                f"VLAN {vlan} of subnet {subnet.key} is outside {namespace.ref}, which has {ranges or 'none'}",
                "Choose a VLAN of the namespace, or add a range to it.",
                related=(namespace.at("spec", "ranges").pointer("the namespace"),),
            )


@fabric_rule("VPC-058", "The VPC of a DHCP relay exists", KIND)
def relay_exists(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the relay's server is reached through it.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009, dhcp: {relay: 10.0.1.9/32, relayVPC: vpc-01}}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009, dhcp: {relay: 10.0.1.9/32, relayVPC: vpc-1}}}}
    """
    for subnet in subnets(vpc):
        yield from unknown(fabric, KIND, subnet.at("dhcp", "relayVPC"))


def _pool(vpc: Node, field: str) -> tuple[str, str]:
    return vpc.ref.namespace, vpc.at("spec", field).text


def _overlaps(index: Index) -> dict[tuple[object, str], tuple[Prefix, Prefix, Node]]:
    """By VPC and subnet: the prefix, and the prefix and place of a subnet of another VPC that it overlaps."""
    pools: dict[tuple[str, str], list[tuple[Prefix, Node]]] = {}
    for vpc in restless(index, KIND):
        pool = pools.setdefault(_pool(vpc, "ipv4Namespace"), [])
        pool += [(prefix, subnet) for subnet in subnets(vpc) if (prefix := subnet.at("subnet").prefix)]
    return {
        (subnet.ref, subnet.key): (prefix, wide, other)
        for pool in pools.values()
        for (wide, other), (prefix, subnet) in conflicts(pool, lambda node: node.ref)
    }


@fabric_rule("VPC-059", "Subnets of different VPCs of an IPv4Namespace do not overlap", KIND)
def prefixes_differ(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: peered or not, VPCs of one namespace share one address plan.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.128/25, vlan: 1009}}}
        ---
        metadata: {name: vpc-1}
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
        ---
        metadata: {name: vpc-1}
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    overlaps = fabric.index.once(_overlaps)
    for subnet in subnets(vpc):
        found = overlaps.get((vpc.ref, subnet.key))
        if found:
            prefix, wide, other = found
            yield subnet.at("subnet").finding(
                f"{prefix} of subnet {subnet.key} overlaps {wide} of {other.ref} subnet {other.key}",
                "Choose a prefix that no other VPC of the IPv4Namespace uses.",
                related=(other.at("subnet").pointer(f"overlaps {prefix}"),),
            )


def _vlan_users(index: Index) -> dict[tuple[tuple[str, str], int], Node]:
    """By VLANNamespace and VLAN: the first subnet that uses it."""
    return _first_users(restless(index, KIND))


def _first_users(vpcs: Iterable[Node]) -> dict[tuple[tuple[str, str], int], Node]:
    users: dict[tuple[tuple[str, str], int], Node] = {}
    for vpc in vpcs:
        for subnet in subnets(vpc):
            vlan = subnet.at("vlan").number
            if vlan:
                users.setdefault((_pool(vpc, "vlanNamespace"), vlan), subnet)
    return users


def _free_vlans(index: Index) -> dict[tuple[str, str], str]:
    """By VLANNamespace: the first VLANs that no VPC uses, in words."""
    used: dict[tuple[str, str], set[int]] = {}
    for pool, vlan in _first_users(nodes(index, KIND)):
        used.setdefault(pool, set()).add(vlan)
    return {
        (namespace.ref.namespace, namespace.ref.name): _in_words(
            namespace, used.get((namespace.ref.namespace, namespace.ref.name), set())
        )
        for namespace in nodes(index, VLANS)
    }


def _in_words(namespace: Node, used: set[int]) -> str:
    runs: list[str] = []
    for first, last, _ in sorted(valid_ranges(namespace), key=lambda found: found[0]):
        borders = [first - 1, *sorted(vlan for vlan in used if first <= vlan <= last), last + 1]
        runs += [
            f"{before + 1}-{after - 1}" if after - before > 2 else str(before + 1)
            for before, after in pairwise(borders)
            if after - before > 1
        ]
    return ", ".join(runs[:_SHOWN_RANGES])


@fabric_rule("VPC-060", "Subnets of different VPCs of a VLANNamespace have different VLANs", KIND)
def vlans_differ(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: two VPCs on one VLAN would be joined on every port that carries it.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1001}}}
        ---
        metadata: {name: a-vpc}
        spec: {subnets: {default: {subnet: 10.0.8.0/24, vlan: 1009}, other: {subnet: 10.0.7.0/24, vlan: 1001}}}
        ---
        metadata: {name: vpc-1}
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1011}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
        ---
        metadata: {name: vpc-1}
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    users, pool = fabric.index.once(_vlan_users), _pool(vpc, "vlanNamespace")
    for subnet in subnets(vpc):
        vlan = subnet.at("vlan").number
        first = users.get((pool, vlan)) if vlan else None
        if first and first.ref != vpc.ref:
            free = fabric.index.once(_free_vlans).get(pool)
            yield subnet.at("vlan").finding(
                f"VLAN {vlan} of subnet {subnet.key} is already used by {first.ref} subnet {first.key}",
                f"Choose another VLAN; free in namespace {pool[1]}: {free}." if free else "Choose another VLAN.",
                related=(first.at("vlan").pointer(f"VLAN {vlan} used first"),),
            )


@fabric_rule("VPC-067", "Extra prefixes lie inside the IPv4Namespace and apart from other VPCs", KIND, since="26.03")
def extra_prefixes_fit(vpc: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: what hosts announce belongs to the address plan as subnets do.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, hostBGP: true, hostBGPExtraPrefixes: {10.0.1.0/25: {}}}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.9.0/24, hostBGP: true, hostBGPExtraPrefixes: {10.0.5.0/24: {}}}}}
    """
    namespace = find(fabric, PREFIXES, vpc.at("spec", "ipv4Namespace"))
    pool = [prefix for node in namespace.at("spec", "subnets").items if (prefix := node.prefix)] if namespace else []
    overlaps = fabric.index.once(_extra_overlaps)
    for node, prefix in extra_prefixes(vpc):
        other = overlaps.get((vpc.ref, node.route))
        if other:
            yield node.finding(
                f"the extra prefix {prefix} overlaps one of {other.ref}",
                "Choose another prefix.",
                at_key=True,
                related=(other.pointer(f"overlaps {prefix}"),),
            )
        elif namespace and not any(allowed.covers(prefix) for allowed in pool):
            yield node.finding(
                f"the extra prefix {prefix} is outside {namespace.ref}",
                "Choose a prefix of the namespace.",
                at_key=True,
                related=(namespace.at("spec", "subnets").pointer("the namespace"),),
            )


def _extra_overlaps(index: Index) -> dict[tuple[object, object], Node]:
    """By VPC and route of an extra prefix: a subnet or extra prefix of another VPC that it overlaps."""
    pools: dict[tuple[str, str], list[tuple[Prefix, Node]]] = {}
    for vpc in restless(index, KIND):
        pool = pools.setdefault(_pool(vpc, "ipv4Namespace"), [])
        pool += [(prefix, subnet.at("subnet")) for subnet in subnets(vpc) if (prefix := subnet.at("subnet").prefix)]
        pool += [(prefix, node) for node, prefix in extra_prefixes(vpc)]
    pairs = [(one[1], other[1]) for pool in pools.values() for one, other in conflicts(pool, lambda node: node.ref)]
    return {(one.ref, one.route): other for pair in pairs for one, other in (pair, pair[::-1]) if one.key != "subnet"}
