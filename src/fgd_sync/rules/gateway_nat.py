"""Rules on the address translation of a GatewayPeering."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.model.pattern import pattern
from fgd_sync.rules.gateway_parts import PEERING as KIND
from fgd_sync.rules.gateway_parts import exposed
from fgd_sync.rules.gateway_peering import exactly_one
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

_PORTS = pattern(r"([0-9]{1,5})(?: *- *([0-9]{1,5}))?")
_NAT = ("masquerade", "portForward", "static")
_STATEFUL = ("masquerade", "portForward")


def is_port_range(text: str) -> bool:
    """Whether a text is one port, or two with a dash between, the lower one first."""
    match = _PORTS.fullmatch(text)
    if match is None:
        return False
    first, last = int(match[1]), int(match[2] or match[1])
    return 1 <= first <= last <= 65535


@rule("GWP-009", "Every entry of as has one of cidr and not", KIND)
def as_entry(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: each entry adds or takes away one prefix.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{}], nat: {static: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {static: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for _side, entry in exposed(peering):
        for item in entry.at("as").items:
            yield from exactly_one(item, ("cidr", "not"))


@rule("GWP-010", "`as` and `nat` go together", KIND)
def as_with_nat(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: `as` says into which addresses, `nat` how they are translated.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {static: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for side, entry in exposed(peering):
        translated, nat = not entry.at("as").is_unset, entry.at("nat").is_present
        if translated != nat and not entry.at("default").is_true:
            yield entry.finding(
                f"an expose of {side.key} has {'as but no nat' if translated else 'nat but no as'}",
                "Add the other, or remove both.",
            )


@rule("GWP-011", "nat has exactly one of masquerade, portForward and static", KIND)
def one_nat(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: an address is translated in one way.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {static: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for _side, entry in exposed(peering):
        yield from exactly_one(entry.at("nat"), _NAT)


@rule("GWP-012", "Port forwarding names ports", KIND)
def some_ports(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: without a port nothing is forwarded.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.5/32}], as: [{cidr: 10.9.1.5/32}], nat: {portForward: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1:
              expose:
                - ips: [{cidr: 10.0.1.5/32}]
                  as: [{cidr: 10.9.1.5/32}]
                  nat: {portForward: {ports: [{port: "443", as: "8443"}]}}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for side, entry in exposed(peering):
        forward = entry.at("nat", "portForward")
        if forward.is_mapping and forward.at("ports").is_unset:
            yield forward.finding(
                f"the port forwarding of {side.key} has no ports", 'Add `ports`, such as {port: "443", as: "8443"}.'
            )


@rule("GWP-013", "Forwarded ports are a port or a range", KIND)
def ports_parse(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: the gateway forwards ports 1 to 65535, single ones or `a-b`, written as strings.

    Bad:
        spec:
          peering:
            vpc-1:
              expose:
                - ips: [{cidr: 10.0.1.5/32}]
                  as: [{cidr: 10.9.1.5/32}]
                  nat: {portForward: {ports: [{port: "443,444", as: "8443-8444"}]}}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1:
              expose:
                - ips: [{cidr: 10.0.1.5/32}]
                  as: [{cidr: 10.9.1.5/32}]
                  nat: {portForward: {ports: [{port: "443-444", as: "8443-8444"}]}}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for _side, entry in exposed(peering):
        for item in entry.at("nat", "portForward", "ports").items:
            for field in ("port", "as"):
                node = item.at(field)
                if item.is_mapping and not is_port_range(node.text) and (node.text or node.is_unset):
                    yield node.finding(
                        f"{field} {node.text!r} is neither a port nor a range of ports",
                        'Write it as "443" or "443-444", one entry for each range.',
                    )


def _nats(peering: Node, name: str) -> list[tuple[Node, Node]]:
    return [(side, entry.at("nat", name)) for side, entry in exposed(peering) if entry.at("nat", name).is_present]


@rule("GWP-015", "Only one side has stateful NAT", KIND)
def one_stateful(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: masquerading and port forwarding need a connection that begins on the other side.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {masquerade: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}], as: [{cidr: 10.9.2.0/24}], nat: {masquerade: {}}}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {masquerade: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    found = [nat for name in _STATEFUL for nat in _nats(peering, name)]
    for nat in found[1:]:
        if nat[0].key != found[0][0].key:
            yield nat[1].finding(
                f"{found[0][0].key} and {nat[0].key} both have stateful NAT",
                "Keep masquerade and portForward on one side.",
                related=(found[0][1].pointer("stateful NAT of the other side"),),
            )


@rule("GWP-016", "Stateful NAT on one side excludes static NAT on the other", KIND, default_on=False)
def stateful_or_static(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: gateways before release 26.03 refuse it. Later documentation allows it: the rule is off by default.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {masquerade: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}], as: [{cidr: 10.9.2.0/24}], nat: {static: {}}}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.9.1.0/24}], nat: {masquerade: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    stateful = [nat for name in _STATEFUL for nat in _nats(peering, name)]
    for side, static in _nats(peering, "static"):
        other = next((nat for nat in stateful if nat[0].key != side.key), None)
        if other:
            yield static.finding(
                f"{side.key} has static NAT while {other[0].key} has stateful NAT",
                "Use static NAT on both sides, or none on this one.",
                related=(other[1].pointer("stateful NAT"),),
            )
