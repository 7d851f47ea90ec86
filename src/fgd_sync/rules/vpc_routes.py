"""Rules on a VPC's permit lists and static routes, and on its need of settings."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.reserved import reserved_overlap
from fgd_sync.rules.rule import Context, Mark, rule
from fgd_sync.rules.vpc_parts import KIND, subnets
from fgd_sync.schema.nearest import nearest


@rule("VPC-012", "Subnets keep clear of the reserved subnets", KIND, mark=Mark.CONFIG)
def reserved(vpc: Node, context: Context) -> Iterator[Finding]:
    """Why: the fabric uses these ranges for its own management, loopbacks and links.

    Bad:
        spec: {subnets: {default: {subnet: 172.30.4.0/24, vlan: 1001}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    for subnet in subnets(vpc):
        yield from reserved_overlap(subnet.at("subnet"), context, f"subnet {subnet.key}")


@rule("VPC-048", "A permit entry names at least two subnets", KIND, about=("permit",))
def permit_size(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: an entry lets its subnets reach each other; one alone has nothing to reach.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}}, permit: [[web]]}
    Good:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1002}}
          permit: [[web, db]]
    """
    for entry in vpc.at("spec", "permit").items:
        if isinstance(entry.value, list) and entry.size < 2:
            yield entry.finding(
                f"the permit entry names {'only one subnet' if entry.size else 'no subnets'}",
                "Name at least two subnets, or remove the entry.",
            )


@rule("VPC-049", "Permit entries name subnets of the VPC", KIND, about=("permit",))
def permit_known(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: permits work inside one VPC; subnets of others are reached through peerings.

    Bad:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1002}}
          permit: [[web, dbs]]
    Good:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1002}}
          permit: [[web, db]]
    """
    known = {subnet.key for subnet in subnets(vpc)}
    for entry in vpc.at("spec", "permit").items:
        for name in entry.items:
            if isinstance(name.value, str) and name.text not in known:
                near = nearest(name.text, known)
                yield name.finding(
                    f"the VPC has no subnet {name.text!r}",
                    f"Did you mean {near}?" if near else "Name subnets of this VPC only.",
                )


@rule("VPC-050", "A permit entry names each subnet once", KIND, about=("permit",))
def permit_once(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses the repetition, which is mostly a slip for another name.

    Bad:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1002}}
          permit: [[web, db, web]]
    Good:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001}, db: {subnet: 10.0.2.0/24, vlan: 1002}}
          permit: [[web, db]]
    """
    for entry in vpc.at("spec", "permit").items:
        seen: set[str] = set()
        for name in entry.items:
            if name.text and name.text in seen:
                yield name.finding(f"subnet {name.text!r} stands twice in one permit entry", "Remove one of the two.")
            seen.add(name.text)


@rule("VPC-051", "A static route has a prefix", KIND, about=("staticRoutes",))
def route_prefix(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches cannot install a route without a destination.

    Bad:
        spec:
          subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}
          staticRoutes: [{prefix: 10.9.0.0, nextHops: [10.0.1.9]}]
    Good:
        spec:
          subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}
          staticRoutes: [{prefix: 10.9.0.0/16, nextHops: [10.0.1.9]}]
    """
    for route in vpc.at("spec", "staticRoutes").items:
        prefix = route.at("prefix")
        if route.is_mapping and prefix.is_unset:
            yield route.finding("the static route has no prefix", "Give it one, such as `prefix: 10.9.0.0/16`.")
        elif prefix.text and not prefix.prefix:
            yield prefix.finding(
                f"{prefix.text!r} of the static route is not a prefix",
                "Write an address and a length, such as 10.9.0.0/16.",
            )


@rule("VPC-052", "The prefix of a static route has no host bits", KIND, about=("staticRoutes",))
def route_host_bits(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses it: bits beyond the length mean nothing in a route.

    Bad:
        spec:
          subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}
          staticRoutes: [{prefix: 10.9.0.5/16, nextHops: [10.0.1.9]}]
    Good:
        spec:
          subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}
          staticRoutes: [{prefix: 10.9.0.0/16, nextHops: [10.0.1.9]}]
    """
    for route in vpc.at("spec", "staticRoutes").items:
        prefix = route.at("prefix").prefix
        if prefix and prefix.has_host_bits:
            yield route.at("prefix").finding(f"{route.at('prefix').text} has host bits set", f"Write {prefix}.")


@rule("VPC-053", "A static route has a next hop", KIND, about=("staticRoutes",))
def route_next_hop(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: without one the switches do not know where to send the traffic.

    Bad:
        spec:
          subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}
          staticRoutes: [{prefix: 10.9.0.0/16, nextHops: []}]
    Good:
        spec:
          subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}
          staticRoutes: [{prefix: 10.9.0.0/16, nextHops: [10.0.1.9]}]
    """
    for route in vpc.at("spec", "staticRoutes").items:
        if route.is_mapping and route.at("nextHops").is_unset:
            prefix = route.at("prefix").text
            yield route.at("nextHops").finding(
                f"the static route to {prefix or 'nowhere'} has no next hop",
                "Name at least one address under nextHops.",
            )
