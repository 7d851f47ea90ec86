"""Rules on what the DHCP server of a subnet tells single hosts: routes that it advertises, and static leases."""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import Prefix, parse_mac
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node, view
from fgd_sync.rules.rule import Context, rule
from fgd_sync.rules.vpc_dhcp import silent
from fgd_sync.rules.vpc_parts import KIND, serving


@view
def _advertised(vpc: Node) -> Iterator[tuple[Node, Node, Prefix]]:
    for subnet, prefix in serving(vpc):
        for route in subnet.at("dhcp", "options", "advertisedRoutes").items:
            if route.is_mapping:
                yield subnet, route, prefix


@view
def _leases(vpc: Node) -> Iterator[tuple[Node, Node, Prefix]]:
    for subnet, prefix in serving(vpc):
        for lease in subnet.at("dhcp", "static").entries:
            yield subnet, lease, prefix


@rule("VPC-035", "An advertised route has a destination prefix", KIND, about=("advertisedRoutes",))
def route_destination(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: hosts cannot install a route without a destination.

    Bad:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, options: {advertisedRoutes: [{destination: 10.9.0.0, gateway: 10.0.1.1}]}}
    Good:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, options: {advertisedRoutes: [{destination: 10.9.0.0/16, gateway: 10.0.1.1}]}}
    """
    for subnet, route, _prefix in _advertised(vpc):
        node = route.at("destination")
        if node.is_unset or (node.text and not node.prefix):
            yield node.finding(
                f"an advertised route of subnet {subnet.key} has no prefix but {node.text!r}",
                "Write an address and a length, such as 10.9.0.0/16.",
            )


@rule("VPC-036", "An advertised route has a gateway address", KIND, about=("advertisedRoutes",))
def route_gateway(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: hosts must know where to send what goes to the destination.

    Bad:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, options: {advertisedRoutes: [{destination: 10.9.0.0/16}]}}
    Good:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, options: {advertisedRoutes: [{destination: 10.9.0.0/16, gateway: 10.0.1.1}]}}
    """
    for subnet, route, _prefix in _advertised(vpc):
        node = route.at("gateway")
        if node.is_unset or (node.text and not node.address):
            yield node.finding(
                f"a gateway of subnet {subnet.key} is no address but {node.text!r}",
                "Write an address of the subnet, without a length.",
            )


@rule("VPC-037", "The gateway of an advertised route lies inside the subnet", KIND, about=("advertisedRoutes",))
def route_gateway_inside(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: hosts reach only gateways of their own subnet.

    Bad:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, options: {advertisedRoutes: [{destination: 10.9.0.0/16, gateway: 10.0.2.1}]}}
    Good:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, options: {advertisedRoutes: [{destination: 10.9.0.0/16, gateway: 10.0.1.1}]}}
    """
    for subnet, route, prefix in _advertised(vpc):
        node = route.at("gateway")
        if node.address and node.address not in prefix:
            yield node.finding(
                f"the gateway {node.text} of a route of subnet {subnet.key} is outside {prefix}",
                "Choose an address of the subnet.",
            )


@rule("VPC-038", "Static leases are keyed by MAC", KIND, about=("static",))
def lease_mac(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the DHCP server knows hosts by their MAC only.

    Bad:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {server-01: {ip: 10.0.1.9}}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}}}}
    """
    for subnet, lease, _prefix in _leases(vpc):
        if parse_mac(lease.key) is None:
            yield lease.finding(
                f"{lease.key!r}, a static lease of subnet {subnet.key}, is not a MAC",
                "Write it as 0c:20:12:fe:01:00.",
                at_key=True,
            )


@rule("VPC-039", "A static lease has an address", KIND, about=("static",))
def lease_address(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: a lease without an address gives the host nothing.

    Bad:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: server-1}}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}}}}
    """
    for subnet, lease, _prefix in _leases(vpc):
        ip = lease.at("ip")
        if isinstance(ip.value, str) and not ip.address:
            yield ip.finding(
                f"the static lease of {lease.key} in subnet {subnet.key} has no address but {ip.text!r}",
                "Write an address of the subnet, without a length.",
            )


@rule("VPC-040", "The address of a static lease lies inside the subnet", KIND, about=("static",))
def lease_inside(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the host could not reach its gateway. The address may be inside or outside the DHCP range.

    Bad:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.2.9}}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}}}}
    """
    for subnet, lease, prefix in _leases(vpc):
        ip = lease.at("ip")
        if ip.address and ip.address not in prefix:
            yield ip.finding(
                f"the static address {ip.text} of {lease.key} is outside {prefix} of subnet {subnet.key}",
                "Choose an address of the subnet.",
            )


@rule("VPC-041", "A static lease is not for the network address", KIND, about=("static",))
def lease_not_network(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the network address cannot be used by a host.

    Bad:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.0}}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}}}}
    """
    for subnet, lease, prefix in _leases(vpc):
        ip = lease.at("ip")
        if ip.address == prefix.network:
            yield ip.finding(
                f"{ip.text}, leased to {lease.key}, is the network address of subnet {subnet.key}",
                "Choose another address.",
            )


@rule("VPC-042", "A static lease is not for the gateway's address", KIND, about=("static",))
def lease_not_gateway(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: two devices would claim the gateway's address.

    Bad:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.1}}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}}}}
    """
    for subnet, lease, _prefix in _leases(vpc):
        ip = lease.at("ip")
        if ip.text and ip.text == subnet.at("gateway").text:
            yield ip.finding(
                f"{ip.text}, leased to {lease.key}, is the gateway of subnet {subnet.key}", "Choose another address."
            )


@rule("VPC-043", "A static lease is not for the last address of the subnet", KIND, about=("static",))
def lease_not_broadcast(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the last address is the broadcast address.

    Bad:
        spec:
          subnets:
            default:
              {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.255}}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}}}}
    """
    for subnet, lease, prefix in _leases(vpc):
        ip = lease.at("ip")
        if ip.text == str(prefix.broadcast):
            yield ip.finding(
                f"{ip.text}, leased to {lease.key}, is the broadcast address of subnet {subnet.key}",
                "Choose another address.",
            )


@rule("VPC-044", "Each address is leased to one MAC only", KIND, about=("static",))
def leases_differ(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: two hosts would get the same address.

    Bad:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}, "0c:20:12:fe:02:00": {ip: 10.0.1.9}}}
    Good:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.8}, "0c:20:12:fe:02:00": {ip: 10.0.1.9}}}
    """
    holders: dict[tuple[str, str], Node] = {}
    for subnet, lease, _prefix in _leases(vpc):
        ip = lease.at("ip")
        first = holders.setdefault((subnet.key, ip.text), lease)
        if ip.text and first is not lease:
            yield ip.finding(
                f"{ip.text} is leased to both {first.key} and {lease.key}",
                "Give one of them another address.",
                related=(first.at("ip").pointer("leased first"),),
            )


@rule("VPC-045", "Static leases need the DHCP server", KIND, about=("static",))
def leases_without_server(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: without `enable: true` nothing hands them out, and the fabric refuses them.

    Bad:
        spec:
          subnets: {web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}}}}}
    Good:
        spec:
          subnets:
            web: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, static: {"0c:20:12:fe:01:00": {ip: 10.0.1.9}}}}
    """
    for subnet in silent(vpc):
        static = subnet.at("dhcp", "static")
        if static.is_mapping and static.size:
            yield static.finding(
                f"subnet {subnet.key} has static leases but no DHCP server", "Add `enable: true`, or remove the leases."
            )
