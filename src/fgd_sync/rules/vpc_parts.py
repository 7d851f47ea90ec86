"""What rules on several topics look at in a VPC: its subnets, and those of some sort.

Takes nodes and gives nodes; knows no rule.
"""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import Prefix, parse_prefix
from fgd_sync.rules.node import Node, view

KIND = "VPC"
MAX_LENGTH = 30


@view
def subnets(vpc: Node) -> tuple[Node, ...]:
    """The subnets of a VPC."""
    return vpc.at("spec", "subnets").entries


@view
def host_subnets(vpc: Node) -> Iterator[tuple[Node, Prefix]]:
    """The subnets whose prefix is valid and leaves room for hosts; VPC-009 to VPC-011 report the others."""
    for subnet in subnets(vpc):
        prefix = subnet.at("subnet").prefix
        if prefix and prefix.length <= MAX_LENGTH:
            yield subnet, prefix


def has_host_bgp(subnet: Node) -> bool:
    """Whether hosts announce addresses of the subnet themselves; such a subnet has no gateway and no VLAN."""
    return subnet.at("hostBGP").is_true


@view
def serving(vpc: Node) -> Iterator[tuple[Node, Prefix]]:
    """The subnets in which the fabric's DHCP server answers."""
    return ((subnet, prefix) for subnet, prefix in host_subnets(vpc) if subnet.at("dhcp", "enable").is_true)


def extra_prefixes(vpc: Node) -> Iterator[tuple[Node, Prefix]]:
    """The valid extra prefixes of a VPC's subnets, with where they stand."""
    for subnet in subnets(vpc):
        for extra in subnet.at("hostBGPExtraPrefixes").entries:
            prefix = parse_prefix(extra.key)
            if prefix and prefix.version == 4 and not prefix.has_host_bits:
                yield extra, prefix
