"""Rules on the ACL of a GatewayPeering."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.model.pattern import pattern
from fgd_sync.rules.gateway_nat import is_port_range
from fgd_sync.rules.gateway_parts import PEERING as KIND
from fgd_sync.rules.gateway_parts import sides
from fgd_sync.rules.meta import SUBDOMAIN
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

_PROTOCOL = pattern(r"tcp|udp|[+-]?[0-9]+|")


def acl_rules(peering: Node) -> list[Node]:
    """The rules of the ACL."""
    return [item for item in peering.at("spec", "acl", "rules").items if item.is_mapping]


def endpoints(peering: Node) -> Iterator[Node]:
    """The sources and destinations that the rules match."""
    for item in acl_rules(peering):
        for end in ("src", "dst"):
            yield from (node for node in item.at("match", end).items if node.is_mapping)


@rule("GWP-018", "Names of ACL rules are DNS names of at most 64 characters", KIND)
def rule_name(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: the name stands in logs and counters of the gateway.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{name: Web access, action: allow, from: vpc-1}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{name: web-access, action: allow, from: vpc-1}]}
    """
    for item in acl_rules(peering):
        name = item.at("name")
        if name.text and not (len(name.text) <= 64 and SUBDOMAIN.fullmatch(name.text)):
            yield name.finding(
                f"the rule's name {name.text!r} is not a DNS name of at most 64 characters",
                "Use a-z, 0-9, '-' and '.', beginning and ending with a letter or digit.",
            )


@rule("GWP-020", "An ACL rule goes from or to a side of the peering", KIND)
def direction(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: a rule is for one direction; the side that is left out is the other one.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-3}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1}]}
    """
    known = [side.key for side in sides(peering)]
    for item in acl_rules(peering):
        start, target = item.at("from"), item.at("to")
        if start.is_unset and target.is_unset:
            yield item.finding("the rule has neither from nor to", f"Add `from` with one of {', '.join(known)}.")
        for node in (start, target):
            if node.text and node.text not in known and len(known) == 2:
                yield node.finding(f"{node.text} is not a side of the peering", f"Name one of {', '.join(known)}.")


@rule("GWP-021", "A matched endpoint has a prefix or a VPC subnet, not both", KIND)
def endpoint(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: both say which addresses match.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {src: [{cidr: 10.0.1.5}]}}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {src: [{cidr: 10.0.1.5/32}]}}]}
    """
    for node in endpoints(peering):
        cidr, subnet = node.at("cidr"), node.at("vpcSubnet")
        if cidr.text and subnet.text:
            yield node.finding(
                f"the endpoint has both cidr {cidr.text} and vpcSubnet {subnet.text}", "Make an endpoint for each."
            )
        elif cidr.text and not cidr.prefix:
            yield cidr.finding(
                f"{cidr.text!r} is not a prefix",
                f"Write {cidr.text}/32." if cidr.address else "Write it as 10.0.1.0/24.",
            )


@rule("GWP-022", "Matched ports are a port or a range", KIND)
def endpoint_ports(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: the gateway matches ports 1 to 65535, single ones or `a-b`, written as strings.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {proto: tcp, dst: [{ports: ["443,444"]}]}}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {proto: tcp, dst: [{ports: ["443-444"]}]}}]}
    """
    for node in endpoints(peering):
        for port in node.at("ports").items:
            if isinstance(port.value, str) and not is_port_range(port.text):
                yield port.finding(
                    f"{port.text!r} is neither a port nor a range of ports",
                    'Write it as "443" or "443-444", one item for each range.',
                )


@rule("GWP-023", "The protocol of an ACL rule is tcp, udp or a number", KIND)
def protocol(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: the gateway knows two protocols by name, all others by their number.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {proto: icmp}}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {proto: "1"}}]}
    """
    for item in acl_rules(peering):
        proto = item.at("match", "proto")
        if not _PROTOCOL.fullmatch(proto.text):
            yield proto.finding(
                f"an ACL has no protocol {proto.text!r}",
                'Write tcp, udp, or the protocol\'s number in quotes ("1" is ICMP).',
            )
