"""Rules on VPCAttachments that need the document alone."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

KIND = "VPCAttachment"
P2P_LINK = "fabric.githedgehog.com/p2p-link"


@rule("ATT-001", "An attachment names a VPC", KIND)
def names_vpc(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: it puts a subnet of that VPC on a server's ports.

    Bad:
        spec: {connection: server-01--unbundled--leaf-01}
    Good:
        spec: {subnet: vpc-1/default, connection: server-01--unbundled--leaf-01}
    """
    subnet = attachment.at("spec", "subnet")
    if subnet.is_unset or subnet.text.startswith("/"):
        yield subnet.finding(f"the attachment's subnet {subnet.text!r} names no VPC", "Write `subnet: <vpc>/<subnet>`.")


@rule("ATT-002", "The subnet of an attachment is `<vpc>/<subnet>`", KIND)
def subnet_form(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric splits it at the slash; without one it takes the subnet `default` of the VPC.

    Bad:
        spec: {subnet: vpc-1/web/front, connection: server-01--unbundled--leaf-01}
    Good:
        spec: {subnet: vpc-1/web, connection: server-01--unbundled--leaf-01}
    """
    subnet = attachment.at("spec", "subnet")
    if subnet.text.count("/") > 1:
        yield subnet.finding(
            f"{subnet.text!r} is not a VPC and a subnet with one slash between", "Write `subnet: <vpc>/<subnet>`."
        )


@rule("ATT-003", "An attachment names a Connection", KIND)
def names_connection(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the Connection says on which ports the subnet appears.

    Bad:
        spec: {subnet: vpc-1/default}
    Good:
        spec: {subnet: vpc-1/default, connection: server-01--unbundled--leaf-01}
    """
    connection = attachment.at("spec", "connection")
    if connection.is_unset:
        yield connection.finding("the attachment has no connection", "Name a Connection of a server.")


@rule("ATT-004", "The point-to-point link of an attachment is an IPv4 /31", KIND)
def link_prefix(attachment: Node, _: Context) -> Iterator[Finding]:
    """Why: the annotation gives the two addresses of the link between switch and server.

    Bad:
        metadata: {name: server-01, annotations: {fabric.githedgehog.com/p2p-link: 10.9.0.0/30}}
        spec: {subnet: vpc-1/default, connection: server-01--unbundled--leaf-01}
    Good:
        metadata: {name: server-01, annotations: {fabric.githedgehog.com/p2p-link: 10.9.0.0/31}}
        spec: {subnet: vpc-1/default, connection: server-01--unbundled--leaf-01}
    """
    link = attachment.at("metadata", "annotations", P2P_LINK)
    if isinstance(link.value, str) and not (link.prefix and link.prefix.version == 4 and link.prefix.length == 31):
        yield link.finding(
            f"the point-to-point link {link.text!r} is not an IPv4 prefix of length 31",
            "Write a prefix such as 10.9.0.0/31, or remove the annotation.",
        )
