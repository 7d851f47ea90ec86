"""Advice on what the fabric accepts and what goes wrong later all the same: resources of switches and VPCs."""

from collections.abc import Iterator

from fgd_sync.fabric.ports import is_management
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.rules.connection_parts import ENDS, KIND, ends, links, types
from fgd_sync.rules.meta import SUBDOMAIN
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule
from fgd_sync.rules.vpc_parts import KIND as VPC
from fgd_sync.rules.vpc_parts import serving, subnets

_WARNING = Severity.WARNING
_ADDRESSED = ("fabric", "mesh", "gateway")


@rule(
    "ADV-001",
    "Links between switches have addresses on a running fabric",
    KIND,
    severity=_WARNING,
    about=("fabric", "mesh", "gateway"),
)
def link_addresses(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the installer fills them in for a new fabric. In a running one their absence breaks the switches' agents.

    Bad:
        spec: {fabric: {links: [{spine: {port: spine-01/E1/1}, leaf: {port: leaf-01/E1/9}}]}}
    Good:
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/1, ip: 172.30.128.0/31}, leaf: {port: leaf-01/E1/9, ip: 172.30.128.1/31}}
    """
    for name, body in types(connection):
        bare = [
            link
            for link in links(connection, name)
            if name in _ADDRESSED and link.is_mapping and any(link.at(end, "ip").is_unset for end in ENDS[name])
        ]
        if bare:
            yield body.at("links").finding(
                f"{len(bare)} of {body.at('links').size} links have no addresses, which a running fabric needs",
                "The installer fills them in when a fabric is set up; for a running fabric, take them from an export.",
            )


@rule("ADV-002", "A Switch has the serial number or MAC by which it is recognised", "Switch", severity=_WARNING)
def boot(switch: Node, _: Context) -> Iterator[Finding]:
    """Why: a switch that starts for the first time is known by nothing else. Virtual switches need neither.

    Bad:
        spec: {role: spine, profile: dell-s5232f-on, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    Good:
        spec:
          role: spine
          profile: dell-s5232f-on
          asn: 65100
          ip: 172.30.0.9/21
          protocolIP: 172.30.8.2/32
          boot: {serial: ABC123}
    """
    node, profile = switch.at("spec", "boot"), switch.at("spec", "profile").text
    if node.at("serial").is_unset and node.at("mac").is_unset and profile not in ("", "vs"):
        yield node.finding(
            "the Switch has neither boot.serial nor boot.mac, so it is not recognised when it starts",
            "Add one of the two.",
        )


@rule("ADV-010", "Prefixes are IPv4", "IPv4Namespace", VPC, "External", severity=_WARNING)
def ipv4_only(resource: Node, _: Context) -> Iterator[Finding]:
    """Why: IPv6 passes the checks of the fabric, but its switches route IPv4 only.

    Bad:
        spec: {subnets: ["2001:db8::/32"]}
    Good:
        spec: {subnets: [10.0.0.0/16]}
    """
    for node in _prefixes(resource):
        if node.prefix and node.prefix.version == 6:
            yield node.finding(f"{node.text} is IPv6; the fabric routes IPv4 only", "Choose an IPv4 prefix.")


def _prefixes(resource: Node) -> Iterator[Node]:
    spec = resource.at("spec")
    yield from spec.at("subnets").items
    yield from spec.at("static", "prefixes").items
    for subnet in spec.at("subnets").entries:
        yield subnet.at("subnet")
        yield subnet.at("dhcp", "relay")


@rule("ADV-011", "Prefixes have no host bits", VPC, "IPv4Namespace", severity=_WARNING)
def host_bits(resource: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric takes such a prefix for the whole range, which a reader may not expect.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.5/24, vlan: 1001}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
    """
    spec = resource.at("spec")
    for node in (*spec.at("subnets").items, *(subnet.at("subnet") for subnet in spec.at("subnets").entries)):
        if node.prefix and node.prefix.has_host_bits:
            yield node.finding(
                f"{node.text} has host bits set; the fabric reads {node.prefix}", f"Write {node.prefix}."
            )


@rule("ADV-015", "Names of subnets with DHCP can be part of a name", VPC, severity=_WARNING)
def subnet_name(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the controller makes a DHCPSubnet `<vpc>--<subnet>`, which must be a lower-case DNS name.

    Bad:
        spec: {subnets: {Front: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {end: 10.0.1.99}}}}}
    Good:
        spec: {subnets: {front: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {end: 10.0.1.99}}}}}
    """
    for subnet, _prefix in serving(vpc):
        if not SUBDOMAIN.fullmatch(f"vpc--{subnet.key}"):
            yield subnet.finding(
                f"the subnet name {subnet.key!r} cannot be part of the name of a DHCPSubnet",
                "Use a-z, 0-9 and '-', ending with a letter or digit.",
                at_key=True,
            )


@rule("ADV-016", "The PXE URL has no query", VPC, severity=_WARNING)
def pxe_url(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the DHCP server hands out the part before the question mark only.

    Bad:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, range: {end: 10.0.1.99}, options: {pxeURL: "http://10.9.9.9/boot?host=1"}}
    Good:
        spec:
          subnets:
            default:
              subnet: 10.0.1.0/24
              vlan: 1001
              dhcp: {enable: true, range: {end: 10.0.1.99}, options: {pxeURL: "http://10.9.9.9/boot"}}
    """
    for subnet in subnets(vpc):
        node = subnet.at("dhcp", "options", "pxeURL")
        if "?" in node.text:
            yield node.finding(f"the PXE URL {node.text} has a query", "Leave out the question mark and what follows.")


@rule("ADV-017", "A DHCP range has an explicit end", VPC, severity=Severity.NOTICE)
def range_end(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: without one the range ends with the broadcast address, which the server may lease.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true}}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001, dhcp: {enable: true, range: {end: 10.0.1.254}}}}}
    """
    for subnet, prefix in serving(vpc):
        end = subnet.at("dhcp", "range", "end")
        if end.address == prefix.broadcast:
            yield end.finding(
                f"the DHCP range of subnet {subnet.key} ends with {end.text}, the broadcast address",
                "Write an earlier end.",
            )


@rule("ADV-019", "Loopback connections have no effect", KIND, severity=_WARNING, since="26.03", about=("vpcLoopback",))
def loopback_gone(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric no longer needs them; the ports are free for something else. MCLAG: CONN-040, remote: PEER-001.

    Bad:
        spec: {vpcLoopback: {links: [{switch1: {port: leaf-01/E1/9}, switch2: {port: leaf-01/E1/10}}]}}
    Good:
        spec: {external: {link: {switch: {port: leaf-01/E1/9}}}}
    """
    node = connection.at("spec", "vpcLoopback")
    if node.is_present:
        yield node.finding("the fabric no longer uses loopback connections", "Remove the Connection.", at_key=True)


@rule("ADV-026", "Connections are not on management ports", KIND, severity=_WARNING)
def management_port(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the management port leads to the control nodes and carries no traffic of the fabric.

    Bad:
        spec: {external: {link: {switch: {port: leaf-01/M1}}}}
    Good:
        spec: {external: {link: {switch: {port: leaf-01/E1/9}}}}
    """
    for end in ends(connection):
        if end.device_kind == "Switch" and end.port and is_management(end.port):
            yield end.node.at("port").finding(f"{end.port} is a management port", "Name a data port, such as E1/9.")
