"""Rules on ExternalAttachments that need the document alone. The inbound ACL has a module of its own."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.rules.external import is_static
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

KIND = "ExternalAttachment"


@rule("EXTA-001", "An external attachment names an External", KIND)
def names_external(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: it puts that External on a switch port.

    Bad:
        spec: {connection: leaf-01--external, switch: {ip: 192.0.2.1/31}, neighbor: {asn: 65102, ip: 192.0.2.0}}
    Good:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    """
    node = attachment.at("spec", "external")
    if node.is_unset:
        yield node.finding("the attachment names no External", "Write its name under spec.external.")


@rule("EXTA-002", "An external attachment names a Connection", KIND)
def names_connection(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the Connection says which switch port leads to the External.

    Bad:
        spec: {external: internet, switch: {ip: 192.0.2.1/31}, neighbor: {asn: 65102, ip: 192.0.2.0}}
    Good:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    """
    node = attachment.at("spec", "connection")
    if node.is_unset:
        yield node.finding("the attachment names no Connection", "Name a Connection of type external.")


@rule("EXTA-003", "A BGP attachment has a switch address", KIND)
def switch_ip(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switch speaks BGP from it.

    Bad:
        spec: {external: internet, connection: leaf-01--external, neighbor: {asn: 65102, ip: 192.0.2.0}}
    Good:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    """
    node = attachment.at("spec", "switch", "ip")
    if node.is_unset and not is_static(attachment):
        yield node.finding("the attachment has no switch address", "Add switch.ip, such as 192.0.2.1/31.")


@rule("EXTA-004", "The switch address of a BGP attachment has a prefix length", KIND)
def switch_ip_parses(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the length tells the switch which neighbours are on the link.

    Bad:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {ip: 192.0.2.1}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    Good:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    """
    node = attachment.at("spec", "switch", "ip")
    if node.text and not node.interface and not is_static(attachment):
        yield node.finding(
            f"the switch address {node.text!r} is not an address with a length",
            "Write an address and a length, such as 192.0.2.1/31.",
        )


@rule("EXTA-005", "A BGP attachment has the neighbor's ASN", KIND)
def neighbor_asn(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: a BGP session is set up with one AS; the fabric does not guess it.

    Bad:
        spec: {external: internet, connection: leaf-01--external, switch: {ip: 192.0.2.1/31}, neighbor: {ip: 192.0.2.0}}
    Good:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    """
    node = attachment.at("spec", "neighbor", "asn")
    if node.number == 0 and not is_static(attachment):
        yield node.finding("the attachment has no neighbor ASN", "Add neighbor.asn.")


@rule("EXTA-007", "A BGP attachment has the neighbor's address", KIND)
def neighbor_ip(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switch opens the BGP session to it.

    Bad:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0/31}
    Good:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {ip: 192.0.2.1/31}
          neighbor: {asn: 65102, ip: 192.0.2.0}
    """
    node = attachment.at("spec", "neighbor", "ip")
    if is_static(attachment):
        return
    if node.is_unset:
        yield node.finding("the attachment has no neighbor address", "Add neighbor.ip.")
    elif node.text and not node.address:
        yield node.finding(
            f"the neighbor address {node.text!r} is not an address", "Write the address alone, without a length."
        )


@rule("EXTA-008", "A static attachment has no switch address or VLAN", KIND)
def static_switch(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: a static attachment has its own address and VLAN under `static`; two would contradict each other.

    Bad:
        spec:
          external: internet
          connection: leaf-01--external
          switch: {vlan: 10}
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
    Good:
        spec:
          external: internet
          connection: leaf-01--external
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31, vlan: 10}
    """
    yield from _not_with_static(attachment, "switch", ("ip", "vlan"))


@rule("EXTA-009", "A static attachment has no BGP neighbor", KIND)
def static_neighbor(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: without BGP there is no neighbor.

    Bad:
        spec:
          external: internet
          connection: leaf-01--external
          neighbor: {asn: 65102}
          static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}
    Good:
        spec: {external: internet, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
    """
    yield from _not_with_static(attachment, "neighbor", ("asn", "ip"))


def _not_with_static(attachment: Node, part: str, fields: tuple[str, ...]) -> Iterator[Finding]:
    for field in fields:
        node = attachment.at("spec", part, field)
        if is_static(attachment) and not node.is_unset:
            yield node.finding(
                f"the attachment is static but has {part}.{field} {node.value}", f"Remove {part}.{field}, or `static`."
            )


@rule("EXTA-010", "A static attachment has a remote address", KIND)
def remote_ip(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: it is the next hop to everything behind the External.

    Bad:
        spec: {external: internet, connection: leaf-01--external, static: {remoteIP: 192.0.2.0/31, ip: 192.0.2.1/31}}
    Good:
        spec: {external: internet, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
    """
    node = attachment.at("spec", "static", "remoteIP")
    if is_static(attachment) and node.value == "":
        yield node.finding("the static attachment has no remote address", "Add static.remoteIP.")
    elif node.text and not node.address:
        yield node.finding(
            f"the remote address {node.text!r} is not an address", "Write the address alone, without a length."
        )


@rule("EXTA-011", "A static attachment has an address or is a proxy, not both", KIND)
def address_or_proxy(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the switch either has an address on the link or answers in the name of others.

    Bad:
        spec: {external: internet, connection: leaf-01--external, static: {remoteIP: 192.0.2.0}}
    Good:
        spec: {external: internet, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, proxy: true}}
    """
    static = attachment.at("spec", "static")
    address, proxy = static.at("ip"), static.at("proxy")
    if static.is_mapping and address.is_unset and proxy.value in (None, False):
        yield static.finding("the static attachment has neither an address nor proxy", "Add `ip`, or `proxy: true`.")
    elif address.text and proxy.is_true:
        yield address.finding(
            f"the static attachment has both the address {address.text} and proxy",
            "Remove `ip`, or `proxy`.",
            related=(proxy.pointer("proxy"),),
        )


@rule("EXTA-012", "The address of a static attachment has a prefix length", KIND)
def static_ip(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the length tells the switch which neighbours are on the link.

    Bad:
        spec: {external: internet, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1}}
    Good:
        spec: {external: internet, connection: leaf-01--external, static: {remoteIP: 192.0.2.0, ip: 192.0.2.1/31}}
    """
    node = attachment.at("spec", "static", "ip")
    if node.text and not node.interface:
        yield node.finding(
            f"the address {node.text!r} of the static attachment is not an address with a length",
            "Write an address and a length, such as 192.0.2.1/31.",
        )
