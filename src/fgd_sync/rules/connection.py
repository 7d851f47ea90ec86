"""Rules on the type of a Connection and on its ports. Addresses and static externals have modules of their own."""

from collections.abc import Iterator

from fgd_sync.fabric.ports import Port, resolve_alias
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.rules.connection_parts import ENDS, KIND, REMOVED, ends
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, Mark, rule

_SERVER_MTU_OFFSET = 64


def _repeated_ports(connection: Node, *names: str) -> Iterator[Finding]:
    users: dict[Port, Node] = {}
    for end in ends(connection, *names):
        if end.port is None:
            continue
        node = end.node.at("port")
        first = users.setdefault(resolve_alias(end.port), node)
        if first is not node:
            yield node.finding(
                f"port {end.port} stands twice in the connection",
                "Name the port that is meant.",
                related=(first.pointer("named first"),),
            )


def _device_count(connection: Node, name: str, kind: str, allowed: tuple[int, int]) -> Iterator[Finding]:
    """Report a type whose links lead to too few or too many devices of a kind; what an empty list means is schema."""
    body, (least, most) = connection.at("spec", name), allowed
    ports = [(end.device_kind, end.port) for end in ends(connection, name)]
    if not body.is_mapping or body.at("links").value == [] or any(port is None for _, port in ports):
        return
    found = sorted({port.device for device_kind, port in ports if device_kind == kind and port})
    if not least <= len(found) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        what = {"Switch": "switches", "Server": "servers"}[kind]
        yield body.at("links").finding(
            f"the links lead to {len(found)} {what} ({', '.join(found) or 'none'}), not {wanted}",
            "Correct the ports, or make a Connection for each.",
        )


@rule("CONN-001", "A Connection has exactly one type", KIND)
def one_type(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the key under spec says what the connection is. The fabric takes one of several and ignores the others.

    Bad:
        spec:
          unbundled: {link: {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}}
          external: {link: {switch: {port: leaf-01/E1/2}}}
    Good:
        spec: {unbundled: {link: {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}}}
    """
    spec = connection.at("spec")
    present = {node.key for node in spec.entries if node.is_present}
    found = [name for name in (*ENDS, *REMOVED) if name in present]
    if len(found) > 1:
        yield spec.finding(f"the Connection is both {' and '.join(found)}", "Make a Connection for each type.")
    elif not found and spec.value in (None, {}):
        yield spec.finding("the Connection has no type", f"Add one of {', '.join(ENDS)} under spec.")


@rule("CONN-002", "Ports are `<device>/<port>`", KIND)
def port_form(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric finds switch and port by it.

    Bad:
        spec: {external: {link: {switch: {port: leaf-01}}}}
    Good:
        spec: {external: {link: {switch: {port: leaf-01/E1/2}}}}
    """
    for end in ends(connection):
        port = end.node.at("port")
        if port.is_unset:
            yield port.finding(f"the {end.node.key} end of the link has no port", "Write `port: <device>/<port>`.")
        elif port.text and not end.port:
            yield port.finding(
                f"{port.text!r} is not a device and a port with a slash between",
                "Write `port: <device>/<port>`, such as leaf-01/E1/2.",
            )


@rule("CONN-003", "An unbundled connection joins two different ports", KIND, about=("unbundled",))
def unbundled_ports(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: a link from a port to itself is none.

    Bad:
        spec: {unbundled: {link: {server: {port: leaf-01/E1/1}, switch: {port: leaf-01/E1/1}}}}
    Good:
        spec: {unbundled: {link: {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}}}
    """
    yield from _repeated_ports(connection, "unbundled")


@rule("CONN-004", "The links of a bundle join one server and one switch", KIND, about=("bundled",))
def bundle_devices(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: a bundle is one logical link between two devices; a server on two switches needs an eslag connection.

    Bad:
        spec:
          bundled:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s2}, switch: {port: leaf-02/E1/1}}
    Good:
        spec:
          bundled:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s2}, switch: {port: leaf-01/E1/2}}
    """
    yield from _device_count(connection, "bundled", "Server", (1, 1))
    yield from _device_count(connection, "bundled", "Switch", (1, 1))


@rule("CONN-005", "The ports of a bundle are different", KIND, about=("bundled",))
def bundle_ports(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: a port takes part in one link only.

    Bad:
        spec:
          bundled:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s2}, switch: {port: leaf-01/E1/1}}
    Good:
        spec:
          bundled:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s2}, switch: {port: leaf-01/E1/2}}
    """
    yield from _repeated_ports(connection, "bundled")


@rule("CONN-007", "An eslag connection joins one server and up to four switches", KIND, about=("eslag",))
def eslag_devices(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: ESLAG gives one server links to several switches, of which the fabric supports four.

    Bad:
        spec:
          eslag:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-02/enp2s2}, switch: {port: leaf-02/E1/1}}
    Good:
        spec:
          eslag:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s2}, switch: {port: leaf-02/E1/1}}
    """
    yield from _device_count(connection, "eslag", "Server", (1, 1))
    yield from _device_count(connection, "eslag", "Switch", (1, 4))


@rule("CONN-008", "The ports of an eslag connection are different", KIND, about=("eslag",))
def eslag_ports(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: a port takes part in one link only.

    Bad:
        spec:
          eslag:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-02/E1/1}}
    Good:
        spec:
          eslag:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s2}, switch: {port: leaf-02/E1/1}}
    """
    yield from _repeated_ports(connection, "eslag")


@rule("CONN-010", "A fabric connection joins two switches by different ports", KIND, about=("fabric",))
def fabric_ends(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: it is all links between one spine and one leaf.

    Bad:
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/1}, leaf: {port: leaf-01/E1/9}}
              - {spine: {port: spine-01/E1/2}, leaf: {port: leaf-02/E1/9}}
    Good:
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/1}, leaf: {port: leaf-01/E1/9}}
              - {spine: {port: spine-01/E1/2}, leaf: {port: leaf-01/E1/10}}
    """
    yield from _device_count(connection, "fabric", "Switch", (2, 2))
    yield from _repeated_ports(connection, "fabric")


@rule("CONN-011", "A mesh connection joins two switches by different ports", KIND, about=("mesh",))
def mesh_ends(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: it is all links between two leaves.

    Bad:
        spec: {mesh: {links: [{leaf1: {port: leaf-01/E1/9}, leaf2: {port: leaf-01/E1/10}}]}}
    Good:
        spec: {mesh: {links: [{leaf1: {port: leaf-01/E1/9}, leaf2: {port: leaf-02/E1/9}}]}}
    """
    yield from _device_count(connection, "mesh", "Switch", (2, 2))
    yield from _repeated_ports(connection, "mesh")


@rule("CONN-012", "A gateway connection is on one switch, with different ports", KIND, about=("gateway",))
def gateway_ends(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: it is all links between one switch and one gateway.

    Bad:
        spec:
          gateway:
            links:
              - {switch: {port: leaf-01/E1/9}, gateway: {port: gateway-1/enp2s1}}
              - {switch: {port: leaf-02/E1/9}, gateway: {port: gateway-1/enp2s2}}
    Good:
        spec: {gateway: {links: [{switch: {port: leaf-01/E1/9}, gateway: {port: gateway-1/enp2s1}}]}}
    """
    yield from _device_count(connection, "gateway", "Switch", (1, 1))
    yield from _repeated_ports(connection, "gateway")


@rule("CONN-013", "A loopback connection is on one switch, with different ports", KIND, about=("vpcLoopback",))
def loopback_ends(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: it leads from a switch back to itself.

    Bad:
        spec: {vpcLoopback: {links: [{switch1: {port: leaf-01/E1/9}, switch2: {port: leaf-02/E1/9}}]}}
    Good:
        spec: {unbundled: {link: {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}}}
    """
    yield from _device_count(connection, "vpcLoopback", "Switch", (1, 1))
    yield from _repeated_ports(connection, "vpcLoopback")


@rule("CONN-023", "The MTU of server connections leaves room for encapsulation", KIND, mark=Mark.CONFIG, about=("mtu",))
def server_mtu(connection: Node, context: Context) -> Iterator[Finding]:
    """Why: packets of servers get headers of up to 64 bytes in the fabric, whose own MTU is limited.

    Bad:
        spec: {unbundled: {link: {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}, mtu: 9100}}
    Good:
        spec: {unbundled: {link: {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}, mtu: 9036}}
    """
    most = context.settings.mtu - _SERVER_MTU_OFFSET
    for name in ("unbundled", "bundled"):
        mtu = connection.at("spec", name, "mtu")
        if mtu.number and mtu.number > most:
            yield mtu.finding(
                f"the MTU {mtu.number} is more than {most}: fabric.mtu less {_SERVER_MTU_OFFSET}",
                f"Choose {most} or less.",
            )


@rule(
    "CONN-040",
    "MCLAG connections have no effect",
    KIND,
    severity=Severity.WARNING,
    since="26.03",
    about=("mclag", "mclagDomain"),
)
def mclag_gone(connection: Node, _: Context) -> Iterator[Finding]:
    """Why: MCLAG was removed from the fabric: the connection is accepted but the switches ignore it.

    Bad:
        spec:
          mclag:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s2}, switch: {port: leaf-02/E1/1}}
    Good:
        spec:
          eslag:
            links:
              - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
              - {server: {port: server-01/enp2s2}, switch: {port: leaf-02/E1/1}}
    """
    for name in REMOVED:
        node = connection.at("spec", name)
        if node.is_present:
            yield node.finding(
                f"the fabric no longer uses {name} connections", "Use eslag, or remove the Connection.", at_key=True
            )
