"""Rules on the addresses of links between switches and gateways, and on static externals."""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import conflicts
from fgd_sync.model.finding import Finding
from fgd_sync.rules.connection_parts import KIND, addressed_links, links
from fgd_sync.rules.node import Node, view
from fgd_sync.rules.reserved import FABRIC, outside, reserved_overlap
from fgd_sync.rules.rule import Context, Mark, rule

_DEFAULT_ROUTE = "0.0.0.0/0"


@view
def _static(connection: Node) -> Iterator[Node]:
    for link in links(connection, "staticExternal"):
        if link.at("switch").is_mapping:
            yield link.at("switch")


@rule("CONN-016", "A static external has a switch address", KIND, about=("staticExternal",))
def static_ip(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: it is the switch's own address on the link.

    Bad:
        spec:
          staticExternal: {link: {switch: {port: leaf-01/E1/2, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}}
    Good:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
    """
    for end in _static(connection):
        if not end.at("ip").is_present:
            yield end.at("ip").finding("the static external has no switch address", "Add `ip`, such as 192.0.2.1/31.")


@rule("CONN-017", "The next hop of a static external is on the link", KIND, about=("staticExternal",))
def static_next_hop(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the switch can send only to addresses on the link.

    Bad:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.9, subnets: [198.51.100.0/24]}}
    Good:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
    """
    for end in _static(connection):
        hop, link = end.at("nextHop"), end.at("ip").interface
        if not hop.is_present:
            yield hop.finding("the static external has no next hop", "Add `nextHop`, an address on the link.")
        elif hop.address and link and hop.address not in link:
            yield hop.finding(
                f"the next hop {hop.text} is outside {link} of the link",
                "Choose an address on the link.",
                related=(end.at("ip").pointer("the link"),),
            )


@rule("CONN-018", "The subnets of a static external are prefixes", KIND, about=("staticExternal",))
def static_parse(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric reads prefixes strictly: no missing length, no netmask, no leading zeros.

    Bad:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0]}}
    Good:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
    """
    for subnet in _subnets(connection):
        if isinstance(subnet.value, str) and not subnet.prefix:
            yield subnet.finding(
                f"{subnet.text!r} is not a prefix", "Write an address and a length, such as 198.51.100.0/24."
            )


@view
def _subnets(connection: Node) -> Iterator[Node]:
    for end in _static(connection):
        yield from end.at("subnets").items


@rule("CONN-019", "The default route of a static external stands alone", KIND, about=("staticExternal",))
def static_default(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: it covers everything else.

    Bad:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [0.0.0.0/0, 10.9.0.0/24]}}
    Good:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [0.0.0.0/0]}}
    """
    subnets = list(_subnets(connection))
    for subnet in subnets:
        if subnet.text == _DEFAULT_ROUTE and len(subnets) > 1:
            yield subnet.finding("0.0.0.0/0 stands beside other subnets", "Keep it alone, or remove it.")


@rule("CONN-020", "The subnets of a static external have no host bits", KIND, about=("staticExternal",))
def static_host_bits(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses it: bits beyond the length mean nothing in a route.

    Bad:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.7/24]}}
    Good:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
    """
    for subnet in _subnets(connection):
        if subnet.prefix and subnet.prefix.has_host_bits:
            yield subnet.finding(f"{subnet.text} has host bits set", f"Write {subnet.prefix}.")


@rule("CONN-021", "The subnets of a static external do not overlap", KIND, about=("staticExternal",))
def static_differ(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses them; the narrower one adds nothing.

    Bad:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [10.0.0.0/8, 10.9.0.0/16]}}
    Good:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [10.8.0.0/16, 10.9.0.0/16]}}
    """
    ranges = [
        (subnet.prefix, subnet) for subnet in _subnets(connection) if subnet.prefix and subnet.text != _DEFAULT_ROUTE
    ]
    for (wide, first), (narrow, second) in conflicts(ranges):
        yield second.finding(
            f"{narrow} overlaps {wide}", "Remove one of the two.", related=(first.pointer(f"overlaps {narrow}"),)
        )


@rule(
    "CONN-022",
    "The subnets of a static external keep clear of the reserved subnets",
    KIND,
    mark=Mark.CONFIG,
    about=("staticExternal",),
)
def static_reserved(connection: Node, context: Context) -> Iterator[Finding]:
    """Why: the fabric uses these ranges for its own management, loopbacks and links.

    Bad:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [172.30.0.0/16]}}
    Good:
        spec:
          staticExternal:
            link: {switch: {port: s1/E1/2, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
    """
    for subnet in _subnets(connection):
        if subnet.text != _DEFAULT_ROUTE:
            yield from reserved_overlap(subnet, context, "the static external")


@rule("CONN-033", "Links between switches are /31", KIND, about=("fabric", "mesh", "gateway"))
def link_length(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: a link has two ends, and a /31 two addresses.

    Bad:
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/1, ip: 172.30.128.0/30}, leaf: {port: leaf-01/E1/9, ip: 172.30.128.1/30}}
    Good:
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/1, ip: 172.30.128.0/31}, leaf: {port: leaf-01/E1/9, ip: 172.30.128.1/31}}
    """
    for link in addressed_links(connection):
        for node, prefix in link:
            if prefix.length != 31:
                yield node.finding(f"{node.text} is a /{prefix.length}; ends of links are /31", "Write the length 31.")


@rule(
    "CONN-034",
    "Links between switches take their addresses from the fabric subnet",
    KIND,
    mark=Mark.CONFIG,
    about=("fabric", "mesh", "gateway"),
)
def link_subnet(connection: Node, context: Context) -> Iterator[Finding]:
    """Why: the fabric announces that range only. Where `fabric.reserved_subnets` is set, one of them is taken for it.

    Bad:
        spec:
          fabric:
            links: [{spine: {port: spine-01/E1/1, ip: 10.9.0.0/31}, leaf: {port: leaf-01/E1/9, ip: 10.9.0.1/31}}]
    Good:
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/1, ip: 172.30.128.0/31}, leaf: {port: leaf-01/E1/9, ip: 172.30.128.1/31}}
    """
    for link in addressed_links(connection):
        for node, _prefix in link:
            yield from outside(node, context, FABRIC, "fabric subnet")


@rule("CONN-036", "Both ends of a link are in the same /31", KIND, about=("fabric", "mesh", "gateway"))
def link_pair(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: otherwise the two ends do not see each other.

    Bad:
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/1, ip: 172.30.128.1/31}, leaf: {port: leaf-01/E1/9, ip: 172.30.128.2/31}}
    Good:
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/1, ip: 172.30.128.2/31}, leaf: {port: leaf-01/E1/9, ip: 172.30.128.3/31}}
    """
    for (first, one), (second, other) in addressed_links(connection):
        if one.length == other.length == 31 and one.first != other.first:
            partner = one.broadcast if one.value == one.first else one.network
            yield second.finding(
                f"{first.text} and {second.text} are not in the same /31",
                f"The other address of {one} is {partner}.",
                related=(first.pointer("the other end"),),
            )
