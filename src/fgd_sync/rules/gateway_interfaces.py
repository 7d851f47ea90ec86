"""Rules on the interfaces of a Gateway."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.model.pattern import pattern
from fgd_sync.rules.gateway import missing
from fgd_sync.rules.gateway_parts import KIND
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

_INTERFACE = pattern(r"[A-Za-z][A-Za-z0-9_.-]{0,8}[A-Za-z0-9]")
_PCI = pattern(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[01][0-9A-Fa-f]\.[0-7]")
_INTERFACE_REMEDY = "Use 2 to 10 letters, digits, '_', '.' and '-', a letter first and a letter or digit last."


def interfaces(gateway: Node) -> Iterator[Node]:
    """The interfaces of a Gateway."""
    return (node for node in gateway.at("spec", "interfaces").entries if node.is_mapping)


@rule("GW-008", "A Gateway has an interface", KIND)
def some_interface(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: without one it is not connected to the fabric.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    node = gateway.at("spec", "interfaces")
    if node.is_unset:
        yield node.finding("the Gateway has no interface", "Name one, such as `interfaces: {enp2s1: {}}`.")


@rule("GW-009", "Interface names have 2 to 10 letters, digits and some signs", KIND)
def interface_name(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: the data plane names its interfaces so.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {2enp: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    for interface in interfaces(gateway):
        if not _INTERFACE.fullmatch(interface.key):
            yield interface.finding(f"{interface.key!r} is not a name for an interface", _INTERFACE_REMEDY, at_key=True)


@rule("GW-010", "Every interface has IPv4 addresses with length", KIND)
def interface_ips(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: the gateway reaches its neighbours through them.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {ips: [172.30.128.1/31]}}, neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    for interface in interfaces(gateway):
        ips = interface.at("ips")
        yield from missing(ips, f"address on interface {interface.key}")
        for ip in ips.items:
            if isinstance(ip.value, str) and not (ip.prefix and ip.prefix.version == 4):
                yield ip.finding(
                    f"{ip.text!r} of interface {interface.key} is not an IPv4 address with a length",
                    "Write it as 172.30.128.1/31.",
                )


@rule("GW-011", "An interface has a PCI address or a kernel name, not both", KIND)
def interface_driver(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: the one is for the DPDK driver, the other for that of the kernel.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {pci: "0000:02:01.0", kernel: eth1, ips: [172.30.128.1/31]}},
           neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {pci: "0000:02:01.0", ips: [172.30.128.1/31]}},
           neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    for interface in interfaces(gateway):
        if interface.at("pci").text and interface.at("kernel").text:
            yield interface.at("kernel").finding(
                f"interface {interface.key} has both pci and kernel", "Keep pci for DPDK, kernel otherwise."
            )


@rule("GW-012", "A PCI address is `DDDD:BB:DD.F`", KIND)
def interface_pci(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: the data plane finds the network card by it.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {pci: "02:01.0", ips: [172.30.128.1/31]}},
           neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {pci: "0000:02:01.0", ips: [172.30.128.1/31]}},
           neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    for interface in interfaces(gateway):
        pci = interface.at("pci")
        if pci.text and not _PCI.fullmatch(pci.text):
            yield pci.finding(
                f"{pci.text!r} of interface {interface.key} is not a full PCI address",
                "Write it as `lspci -D` does, such as 0000:02:01.0.",
            )


@rule("GW-013", "A kernel name is that of another interface", KIND)
def interface_kernel(gateway: Node, _: Context) -> Iterator[Finding]:
    """Why: the data plane makes an interface of its own name beside the kernel's.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {enp2s1: {kernel: enp2s1, ips: [172.30.128.1/31]}},
           neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.9/32, vtepMAC: "ca:fe:ba:be:01:01",
           interfaces: {fab1: {kernel: enp2s1, ips: [172.30.128.1/31]}},
           neighbors: [{ip: 172.30.128.0, asn: 65101}]}
    """
    for interface in interfaces(gateway):
        kernel = interface.at("kernel")
        if kernel.text and not _INTERFACE.fullmatch(kernel.text):
            yield kernel.finding(f"{kernel.text!r} is not a name for an interface", _INTERFACE_REMEDY)
        elif kernel.text and kernel.text == interface.key:
            yield kernel.finding(
                f"the interface and its kernel interface are both called {kernel.text}",
                "Give the interface another name than the kernel's.",
            )
