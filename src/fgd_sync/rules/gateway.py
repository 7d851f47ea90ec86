"""Rules on Gateways and GatewayGroups that need the document and the settings alone.

As with switches, what the vendor's installer fills in is a warning where it is missing and an error where it is wrong.
"""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import parse_mac
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.rules.gateway_parts import GROUP, KIND
from fgd_sync.rules.node import Node
from fgd_sync.rules.reserved import PROTOCOL, VTEP, outside
from fgd_sync.rules.rule import Context, Mark, rule

_HYDRATED = "The installer fills it in when a fabric is set up; for a running fabric, take it from an export."


def gateways_off(resource: Node, context: Context) -> Iterator[Finding]:
    """Report a resource of the gateway in a fabric without one."""
    if not context.settings.gateway:
        yield resource.at("kind").finding(
            f"a fabric without gateways refuses a {resource.at('kind').text} (setting fabric.gateway is false, the "
            "installer's default)",
            "If the fabric has gateways, set `fabric.gateway: true` in fgd_config.yaml.",
        )


def missing(node: Node, what: str) -> Iterator[Finding]:
    """Warn of something that the installer would fill in."""
    if node.is_unset and node.value is not False:
        yield node.finding(
            f"the Gateway has no {what}, without which a running fabric refuses it",
            _HYDRATED,
            severity=Severity.WARNING,
        )


@rule("GW-001", "Gateways need the gateway to be enabled", KIND, mark=Mark.CONFIG)
def enabled(gateway: Node, context: Context) -> Iterator[Finding]:
    """Why: a fabric that was installed without gateways refuses all of their resources.

    Bad:
        fgd: {fabric: {gateway: false}}
        ---
        spec:
          asn: 65534
          protocolIP: 172.30.8.9/32
          vtepIP: 172.30.12.9/32
          vtepMAC: ca:fe:ba:be:01:01
          interfaces: {enp2s1: {ips: [172.30.128.1/31]}}
          neighbors: [{source: enp2s1, ip: 172.30.128.0, asn: 65101}]
    Good:
        fgd: {fabric: {gateway: true}}
        ---
        spec:
          asn: 65534
          protocolIP: 172.30.8.9/32
          vtepIP: 172.30.12.9/32
          vtepMAC: ca:fe:ba:be:01:01
          interfaces: {enp2s1: {ips: [172.30.128.1/31]}}
          neighbors: [{source: enp2s1, ip: 172.30.128.0, asn: 65101}]
    """
    yield from gateways_off(gateway, context)


@rule("GWG-001", "Gateway groups need the gateway to be enabled", GROUP, mark=Mark.CONFIG)
def group_enabled(group: Node, context: Context) -> Iterator[Finding]:
    """Why: a fabric that was installed without gateways refuses all of their resources.

    Bad:
        fgd: {fabric: {gateway: false}}
        ---
        spec: {}
    Good:
        fgd: {fabric: {gateway: true}}
        ---
        spec: {}
    """
    yield from gateways_off(group, context)


@rule("GW-002", "A Gateway has 1 to 64 workers", KIND)
def workers(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: each worker is a thread of the data plane, which handles 64.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           workers: 65, interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           workers: 8, interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    node = gateway.at("spec", "workers")
    if node.number is not None and not 1 <= node.number <= 64:
        yield node.finding(
            f"the Gateway has {node.number} workers; 1 to 64 are allowed", "Choose 1 to 64, or leave it out for 4."
        )


def _is_host(node: Node) -> bool:
    prefix = node.prefix
    return prefix is not None and prefix.version == 4 and prefix.length == 32


def _is_reachable(node: Node) -> bool:
    address = node.prefix.address if node.prefix else None
    return address is not None and not (address.is_multicast or address.is_loopback or address.is_unspecified)


@rule("GW-004", "The protocol address of a Gateway is IPv4 with the length 32", KIND)
def protocol_ip(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: it is a single address on a loopback interface, and the BGP router id.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/22, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    node = gateway.at("spec", "protocolIP")
    yield from missing(node, "protocolIP")
    if node.text and not _is_host(node):
        yield node.finding(
            f"protocolIP {node.text!r} is not an IPv4 address with the length 32", "Write it as 172.30.8.9/32."
        )


@rule("GW-005", "The VTEP address of a Gateway is a usable IPv4 address with the length 32", KIND)
def vtep_ip(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: VXLAN tunnels end there: it must be one address that others can reach.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 224.0.0.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    node = gateway.at("spec", "vtepIP")
    yield from missing(node, "vtepIP")
    if node.text and not _is_host(node):
        yield node.finding(
            f"vtepIP {node.text!r} is not an IPv4 address with the length 32", "Write it as 172.30.12.9/32."
        )
    elif node.text and not _is_reachable(node):
        yield node.finding(
            f"vtepIP {node.text} is not the address of one reachable device",
            "Choose an address that is not multicast, loopback or 0.0.0.0.",
        )


@rule("GW-006", "The VTEP MAC of a Gateway is a unicast MAC", KIND)
def vtep_mac(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: frames that leave the tunnel are sent to it.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "01:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    node = gateway.at("spec", "vtepMAC")
    yield from missing(node, "vtepMAC")
    octets = parse_mac(node.text)
    if node.text and octets is None:
        yield node.finding(f"vtepMAC {node.text!r} is not a MAC", "Write it as ca:fe:ba:be:01:01.")
    elif octets and (octets[0] & 1 or not any(octets)):
        yield node.finding(
            f"vtepMAC {node.text} is not the MAC of one device",
            "Choose one that is not all zero and whose first byte is even.",
        )


@rule("GW-007", "A Gateway has an ASN", KIND, severity=Severity.WARNING)
def asn(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: gateways speak BGP to the switches.

    Bad:
        spec:
          {protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    yield from missing(gateway.at("spec", "asn"), "asn")


def _neighbor(neighbor: Node) -> Iterator[Finding]:
    ip, asn = neighbor.at("ip"), neighbor.at("asn")
    usable = ip.address and ip.address.version == 4 and not (ip.address.is_multicast or ip.address.is_unspecified)
    if neighbor.is_mapping and ip.is_unset:
        yield ip.finding("the neighbor has no address", "Add `ip`, the address of the switch on the link.")
    elif ip.text and not usable:
        yield ip.finding(
            f"the neighbor's address {ip.text!r} is not the IPv4 address of one device",
            "Write the address of the switch on the link, without a length.",
        )
    if neighbor.is_mapping and asn.number == 0:
        yield asn.finding(f"the neighbor {ip.text} has no ASN", "Add `asn`, that of the switch.")


@rule("GW-014", "A Gateway has neighbors with address and ASN", KIND)
def neighbors(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: BGP sessions to the switches carry all routes.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0/31, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    node = gateway.at("spec", "neighbors")
    yield from missing(node, "neighbor")
    for neighbor in node.items:
        yield from _neighbor(neighbor)


@rule("GW-015", "A Gateway is in each group once", KIND)
def groups(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: a second membership could contradict the first in its priority.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           groups: [{name: a}, {name: a}],
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           groups: [{name: a}, {name: b}],
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    seen: dict[str, Node] = {}
    for group in gateway.at("spec", "groups").items:
        name = group.at("name")
        first = seen.setdefault(name.text, name)
        if name.text and first is not name:
            yield name.finding(
                f"group {name.text} stands twice",
                "Remove one of the two.",
                related=(first.pointer("stands here first"),),
            )


@rule("GW-021", "A Gateway has the gateways' ASN and addresses", KIND, mark=Mark.CONFIG, severity=Severity.WARNING)
def installer_ranges(gateway: Node, context: Context) -> Iterator[Finding]:
    """Why: the installer refuses others when it sets a fabric up; a running fabric takes them.

    Bad:
        spec:
          {asn: 65000, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    spec, wanted = gateway.at("spec"), context.settings.gateway_asn
    asn = spec.at("asn")
    if asn.number and asn.number > 0 and asn.number != wanted:
        yield asn.finding(
            f"the ASN of a Gateway is {asn.number}, not {wanted} (setting fabric.gateway_asn)", f"Write {wanted}."
        )
    if _is_host(spec.at("protocolIP")):
        yield from outside(spec.at("protocolIP"), context, PROTOCOL, "protocol subnet")
    if _is_host(spec.at("vtepIP")) and _is_reachable(spec.at("vtepIP")):
        yield from outside(spec.at("vtepIP"), context, VTEP, "VTEP subnet")
