"""Rules on the sides of a GatewayPeering: what each exposes to the other. NAT and ACLs have modules of their own."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.rules.gateway import gateways_off
from fgd_sync.rules.gateway_parts import EXTERNAL, exposed
from fgd_sync.rules.gateway_parts import PEERING as KIND
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, Mark, rule


@rule("GWP-001", "Gateway peerings need the gateway to be enabled", KIND, mark=Mark.CONFIG)
def enabled(peering: Node, context: Context) -> Iterator[Finding]:
    """Why: a fabric that was installed without gateways refuses all of their resources.

    Bad:
        fgd: {fabric: {gateway: false}}
        ---
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        fgd: {fabric: {gateway: true}}
        ---
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    yield from gateways_off(peering, context)


@rule("GWP-002", "A gateway peering has exactly two sides", KIND)
def two_sides(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: it is between two VPCs, or a VPC and an External.

    Bad:
        spec: {peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}}}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    node = peering.at("spec", "peering")
    if (node.is_mapping or not node.is_present) and node.size != 2:
        yield node.finding(
            f"the peering has {node.size} sides ({', '.join(node.texts) or 'none'}), not two",
            "Name the two VPCs, or a VPC and `ext.<External>`, under spec.peering.",
        )


@rule("GWP-004", "A default expose has nothing else", KIND)
def default_alone(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: it stands for all that no other expose of the side names.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{default: true, ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{default: true}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for side, entry in exposed(peering):
        others = [field for field in ("ips", "as", "nat") if not entry.at(field).is_unset]
        if entry.at("default").is_true and others:
            yield entry.finding(
                f"the default expose of {side.key} also has {' and '.join(others)}",
                "Move the rest to an expose of its own.",
            )


@rule("GWP-005", "An expose names addresses, unless it is the default", KIND)
def some_ips(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: otherwise nothing is exposed.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: []}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for side, entry in exposed(peering):
        if entry.at("ips").is_unset and entry.at("default").value in (None, False):
            yield entry.finding(f"an expose of {side.key} has no ips", "Add `ips`, or `default: true`.")


def exactly_one(node: Node, fields: tuple[str, ...]) -> Iterator[Finding]:
    """Report an entry that has not exactly one of some fields."""
    found = [field for field in fields if node.at(field).is_present and node.at(field).value != ""]
    if node.is_mapping and len(found) != 1:
        yield node.finding(
            f"the entry has {' and '.join(found) or 'nothing'}; it must have exactly one of {', '.join(fields)}",
            "Make an entry for each.",
        )


@rule("GWP-006", "Every entry of ips has one of cidr, not and vpcSubnet", KIND)
def ips_entry(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: each entry adds or takes away one prefix.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24, vpcSubnet: web}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}, {vpcSubnet: web}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for _side, entry in exposed(peering):
        for item in entry.at("ips").items:
            yield from exactly_one(item, ("cidr", "not", "vpcSubnet"))


@rule("GWP-007", "Exposed addresses are prefixes", KIND)
def cidrs_parse(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: the gateway reads prefixes strictly: no missing length, no netmask, no leading zeros.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.5}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.5/32}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for _side, entry in exposed(peering):
        for item in (*entry.at("ips").items, *entry.at("as").items):
            for node in (item.at("cidr"), item.at("not")):
                if node.text and not node.prefix:
                    yield node.finding(
                        f"{node.text!r} is not a prefix",
                        f"Write {node.text}/32." if node.address else "Write it as 10.0.1.0/24.",
                    )


@rule("GWP-008", "An External has no VPC subnets to expose", KIND)
def external_subnets(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: subnets belong to VPCs; what an External exposes is given by cidr.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            ext.isp: {expose: [{ips: [{vpcSubnet: web}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            ext.isp: {expose: [{ips: [{cidr: 192.0.2.0/24}]}]}
    """
    for side, entry in exposed(peering):
        for item in entry.at("ips").items:
            if side.key.startswith(EXTERNAL) and item.at("vpcSubnet").text:
                yield item.at("vpcSubnet").finding(f"{side.key} is an External and has no VPC subnets", "Use `cidr`.")
