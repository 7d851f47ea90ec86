"""Rules on the DHCP range, relay and options of a VPC's subnets. Static leases: vpc_leases."""

from collections.abc import Callable, Iterator

from fgd_sync.fabric.addresses import Address, Prefix
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node, view
from fgd_sync.rules.rule import Context, rule
from fgd_sync.rules.vpc_parts import KIND, has_host_bgp, serving, subnets

_MTU = range(96, 9037)


@view
def silent(vpc: Node) -> Iterator[Node]:
    """The subnets in which it does not, though something is said about DHCP."""
    for subnet in subnets(vpc):
        enable = subnet.at("dhcp", "enable")
        if subnet.at("dhcp").is_mapping and enable.value in (None, False):
            yield subnet


@view
def _ranges(vpc: Node) -> Iterator[tuple[str, Address, Node, Node, Prefix]]:
    """The ends of ranges that are addresses: which end, the address, its subnet, where it stands, the prefix."""
    for subnet, prefix in serving(vpc):
        for end in ("start", "end"):
            if address := (bound := subnet.at("dhcp", "range", end)).address:
                yield end, address, subnet, bound, prefix


def _bounds(
    vpc: Node, end: str, refused: Callable[[Address, Node, Prefix], bool]
) -> Iterator[tuple[Node, Node, Prefix]]:
    for which, address, subnet, bound, prefix in _ranges(vpc):
        if which == end and refused(address, subnet, prefix):
            yield subnet, bound, prefix


@rule("VPC-013", "A subnet whose hosts speak BGP has no DHCP server", KIND, about=("hostBGP",))
def dhcp_without_host_bgp(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: such hosts bring their own addresses; the switches have none in the subnet to serve from.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, hostBGP: true, dhcp: {enable: true}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, hostBGP: true}}}
    """
    for subnet in subnets(vpc):
        enable = subnet.at("dhcp", "enable")
        if has_host_bgp(subnet) and enable.is_true:
            yield enable.finding(
                f"subnet {subnet.key} has both hostBGP and a DHCP server", "Remove `dhcp`, or `hostBGP`."
            )


@rule("VPC-018", "A subnet has a DHCP relay or a DHCP server, not both", KIND, about=("relay",))
def relay_or_server(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: both would answer the same requests.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, relay: 10.9.9.9/32}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {relay: 10.9.9.9/32}}}}
    """
    for subnet in subnets(vpc):
        relay = subnet.at("dhcp", "relay")
        if relay.text and subnet.at("dhcp", "enable").is_true:
            yield relay.finding(
                f"subnet {subnet.key} has both a DHCP relay and the fabric's DHCP server",
                "Remove `relay`, or `enable: true`.",
            )


@rule("VPC-019", "The DHCP relay is an address with a prefix length", KIND, about=("relay",))
def relay_parses(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric reads the relay's address as a prefix and refuses a bare address.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {relay: 10.9.9.9}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {relay: 10.9.9.9/32}}}}
    """
    for subnet in subnets(vpc):
        relay = subnet.at("dhcp", "relay")
        if relay.text and not relay.prefix:
            correct = f"{relay.text}/32" if relay.address else "an address and a length, such as 10.9.9.9/32"
            yield relay.finding(
                f"the DHCP relay {relay.text!r} of subnet {subnet.key} is not an address with a length",
                f"Write {correct}.",
            )


@rule("VPC-020", "`relayVPC` needs `relay`", KIND, about=("relayVPC",))
def relay_vpc(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: it says in which VPC the relay's server is; without a relay it says nothing.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {relayVPC: tools}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {relay: 10.9.9.9/32, relayVPC: tools}}}}
    """
    for subnet in subnets(vpc):
        node = subnet.at("dhcp", "relayVPC")
        if node.text and subnet.at("dhcp", "relay").is_unset:
            yield node.finding(
                f"subnet {subnet.key} names relayVPC {node.text} but no relay",
                "Add `relay` with the server's address, or remove `relayVPC`.",
            )


@rule("VPC-021", "DHCP options need the DHCP server", KIND)
def options_without_server(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: without `enable: true` the fabric drops the options without a word, and hosts never get them.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {options: {dnsServers: [10.9.9.9]}}}}}
    Good:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, options: {dnsServers: [10.9.9.9]}}}}
    """
    for subnet in silent(vpc):
        options = subnet.at("dhcp", "options")
        if any(not option.is_unset for option in options.entries):
            yield options.finding(
                f"subnet {subnet.key} has DHCP options but no DHCP server", "Add `enable: true`, or remove the options."
            )


@rule("VPC-022", "A DHCP range needs the DHCP server", KIND)
def range_without_server(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: without `enable: true` the fabric drops the range without a word.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {range: {start: 10.0.1.10}}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.10}}}}}
    """
    for subnet in silent(vpc):
        node = subnet.at("dhcp", "range")
        if not (node.at("start").is_unset and node.at("end").is_unset):
            yield node.finding(
                f"subnet {subnet.key} has a DHCP range but no DHCP server", "Add `enable: true`, or remove the range."
            )


@rule("VPC-023", "The ends of a DHCP range are addresses", KIND)
def range_parses(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the DHCP server needs them; where one is left out the fabric fills it in.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.10/24}}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.10}}}}}
    """
    for subnet, _prefix in serving(vpc):
        for end in ("start", "end"):
            bound = subnet.at("dhcp", "range", end)
            if bound.text and not bound.address:
                yield bound.finding(
                    f"{bound.text!r}, {end} of the DHCP range of subnet {subnet.key}, is no address",
                    "Write the address alone, without a length.",
                )


@rule("VPC-024", "A DHCP range does not start with the network address", KIND)
def start_not_network(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the network address cannot be leased.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.0}}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.2}}}}}
    """
    for subnet, bound, prefix in _bounds(vpc, "start", lambda address, _, prefix: address == prefix.network):
        yield bound.finding(
            f"the DHCP range of subnet {subnet.key} starts with {bound.text}, the network address of {prefix}",
            "Start with a later address.",
        )


@rule("VPC-025", "A DHCP range does not start with the gateway", KIND)
def start_not_gateway(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the gateway's address would be leased to a host.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.1}}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.2}}}}}
    """
    for subnet, bound, _prefix in _bounds(vpc, "start", lambda address, net, _: address == net.at("gateway").address):
        yield bound.finding(
            f"the DHCP range of subnet {subnet.key} starts with {bound.text}, its gateway",
            "Start with another address.",
        )


@rule("VPC-026", "A DHCP range starts inside the subnet", KIND)
def start_inside(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: hosts cannot use addresses from outside.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.0.10}}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.10}}}}}
    """
    for subnet, bound, prefix in _bounds(vpc, "start", lambda address, _, prefix: address not in prefix):
        yield bound.finding(
            f"the DHCP range of subnet {subnet.key} starts with {bound.text}, outside {prefix}",
            "Start with an address of the subnet.",
        )


@rule("VPC-027", "A DHCP range does not end with the network address", KIND)
def end_not_network(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the network address cannot be leased.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {end: 10.0.1.0}}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {end: 10.0.1.99}}}}}
    """
    for subnet, bound, prefix in _bounds(vpc, "end", lambda address, _, prefix: address == prefix.network):
        yield bound.finding(
            f"the DHCP range of subnet {subnet.key} ends with {bound.text}, the network address of {prefix}",
            "End with a later address.",
        )


@rule("VPC-028", "A DHCP range does not end with the gateway", KIND)
def end_not_gateway(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the gateway's address would be leased to a host.

    Bad:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, gateway: 10.0.1.254, dhcp: {enable: true, range: {end: 10.0.1.254}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, gateway: 10.0.1.254, dhcp: {enable: true, range: {end: 10.0.1.253}}}
    """
    for subnet, bound, _prefix in _bounds(vpc, "end", lambda address, net, _: address == net.at("gateway").address):
        yield bound.finding(
            f"the DHCP range of subnet {subnet.key} ends with {bound.text}, its gateway", "End with another address."
        )


@rule("VPC-029", "A DHCP range ends inside the subnet", KIND)
def end_inside(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: hosts cannot use addresses from outside.

    Bad:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {end: 10.0.2.99}}}}}
    Good:
        spec: {subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {end: 10.0.1.99}}}}}
    """
    for subnet, bound, prefix in _bounds(vpc, "end", lambda address, _, prefix: address not in prefix):
        yield bound.finding(
            f"the DHCP range of subnet {subnet.key} ends with {bound.text}, outside {prefix}",
            "End with an address of the subnet.",
        )


@rule("VPC-030", "A DHCP range starts before it ends", KIND, since="26.02")
def range_order(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: otherwise it holds no address. One address alone is refused too.

    Bad:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.99, end: 10.0.1.10}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {start: 10.0.1.10, end: 10.0.1.99}}}
    """
    for subnet, prefix in serving(vpc):
        start, end = subnet.at("dhcp", "range", "start"), subnet.at("dhcp", "range", "end")
        if not (start.address and end.address) or start.address not in prefix or end.address not in prefix:
            continue
        if start.address.value >= end.address.value > prefix.first:
            yield start.finding(
                f"the DHCP range of subnet {subnet.key} starts with {start.text}, not before its end {end.text}",
                "Choose an earlier start or a later end.",
                related=(end.pointer("the end of the range"),),
            )


@rule("VPC-031", "DNS servers are addresses", KIND, about=("dnsServers",))
def dns_servers(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: DHCP hands out addresses; a host has no way to look up the name of its name server.

    Bad:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, options: {dnsServers: [dns.lan]}}}}
    Good:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, options: {dnsServers: [10.9.9.9]}}}}
    """
    yield from _not_addresses(vpc, "dnsServers", "DNS server")


@rule("VPC-032", "Time servers are addresses", KIND, about=("timeServers",))
def time_servers(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the DHCP option for time servers carries addresses only, so the fabric refuses host names.

    Bad:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, options: {timeServers: [ntp.lan]}}}}
    Good:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, options: {timeServers: [10.9.9.9]}}}}
    """
    yield from _not_addresses(vpc, "timeServers", "time server")


def _not_addresses(vpc: Node, option: str, what: str) -> Iterator[Finding]:
    for subnet, _prefix in serving(vpc):
        for server in subnet.at("dhcp", "options", option).items:
            if isinstance(server.value, str) and not server.address:
                yield server.finding(
                    f"the {what} {server.text!r} of subnet {subnet.key} is not an address", "Write its IP address."
                )


@rule("VPC-033", "The interface MTU is 96 to 9036", KIND, about=("interfaceMTU",))
def interface_mtu(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: ports to servers carry at most 9036 bytes: the fabric's own 9100 less the room for encapsulation.

    Bad:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, options: {interfaceMTU: 9100}}}}
    Good:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, options: {interfaceMTU: 9036}}}}
    """
    for subnet, _prefix in serving(vpc):
        mtu = subnet.at("dhcp", "options", "interfaceMTU")
        if mtu.number and mtu.number not in _MTU:
            yield mtu.finding(
                f"the interface MTU {mtu.number} of subnet {subnet.key} is not within 96..9036",
                "Choose one within 96..9036, or leave it out for 9036.",
            )
