"""Rules on Connections among the other resources of the fabric: their devices, ports and addresses."""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import Address
from fgd_sync.fabric.index import Index
from fgd_sync.fabric.ports import Port
from fgd_sync.model.finding import Finding
from fgd_sync.rules.connection_parts import KIND, addressed_links, devices, ends
from fgd_sync.rules.lookup import find_named, restless, unknown, unknown_named
from fgd_sync.rules.node import Node
from fgd_sync.rules.profile_lookup import canonical_port
from fgd_sync.rules.rule import Fabric, fabric_rule


def _unknown_devices(connection: Node, fabric: Fabric, kind: str) -> Iterator[Finding]:
    for end in ends(connection):
        if end.device_kind == kind and end.port:
            yield from unknown_named(fabric, kind, end.port.device, end.node.at("port"))


@fabric_rule("CONN-025", "The switches of a Connection exist", KIND)
def switches_exist(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric has no port to configure otherwise.

    Bad:
        spec: {external: {link: {switch: {port: leaf-1/E1/9}}}}
    Good:
        spec: {external: {link: {switch: {port: leaf-01/E1/9}}}}
    """
    yield from _unknown_devices(connection, fabric, "Switch")


@fabric_rule("CONN-026", "The servers of a Connection exist", KIND)
def servers_exist(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a port to nowhere is mostly a slip in the name.

    Bad:
        spec: {unbundled: {link: {server: {port: server-1/enp2s9}, switch: {port: leaf-01/E1/9}}}}
    Good:
        spec: {unbundled: {link: {server: {port: server-01/enp2s9}, switch: {port: leaf-01/E1/9}}}}
    """
    yield from _unknown_devices(connection, fabric, "Server")


def _port_users(index: Index) -> dict[tuple[str, Port], Node]:
    users: dict[tuple[str, Port], Node] = {}
    for connection in restless(index, KIND):
        for end in ends(connection):
            if end.port:
                port = canonical_port(index, end.port, connection.ref)
                users.setdefault((connection.ref.namespace, port), end.node.at("port"))
    return users


@fabric_rule("CONN-029", "A port belongs to one Connection", KIND)
def ports_differ(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a port has one cable. E1/55 and E1/55/1 name the same port, where the model lets it be broken out.

    Bad:
        metadata: {name: z-external}
        spec: {external: {link: {switch: {port: leaf-01/E1/2}}}}
    Good:
        metadata: {name: z-external}
        spec: {external: {link: {switch: {port: leaf-01/E1/9}}}}
    """
    users = fabric.index.once(_port_users)
    for end in ends(connection):
        if end.port is None:
            continue
        first = users[connection.ref.namespace, canonical_port(fabric.index, end.port, connection.ref)]
        if first.ref != connection.ref:
            spelled = "" if first.text == end.node.at("port").text else f" as {first.text}"
            yield end.node.at("port").finding(
                f"port {end.port} is already used by {first.ref}{spelled}",
                "Correct the port in one of the two.",
                related=(first.pointer("used first"),),
            )


def _eslag_switches(connection: Node, fabric: Fabric) -> list[Node]:
    names = sorted(devices(connection, "Switch", "eslag"))
    return [switch for name in names if (switch := find_named(fabric, "Switch", name, connection))]


def _different(connection: Node, fabric: Fabric, field: str, what: str) -> Iterator[Finding]:
    """Report switches of an eslag connection whose redundancy differs in a field; those without it do not count."""
    found = [
        node for switch in _eslag_switches(connection, fabric) if (node := switch.at("spec", "redundancy", field)).text
    ]
    for node in found[1:]:
        if node.text != found[0].text:
            yield connection.at("spec", "eslag").finding(
                f"{found[0].ref} has the redundancy {what} {found[0].text}, {node.ref} has {node.text}",
                f"Join switches of one redundancy {what} only.",
                related=(found[0].pointer("the one"), node.pointer("the other")),
            )


@fabric_rule("CONN-030", "The switches of an eslag connection are in one redundancy group", KIND)
def eslag_group(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: only switches of one group present themselves to a server as one.

    Bad:
        metadata: {name: server-02--eslag}
        spec:
          eslag:
            links:
              - {server: {port: server-02/enp2s8}, switch: {port: leaf-01/E1/8}}
              - {server: {port: server-02/enp2s9}, switch: {port: leaf-03/E1/8}}
        ---
        kind: Switch
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32, redundancy: {group: other, type: eslag}}
        ---
        kind: SwitchGroup
        metadata: {name: other}
        spec: {}
    Good:
        metadata: {name: server-02--eslag}
        spec:
          eslag:
            links:
              - {server: {port: server-02/enp2s8}, switch: {port: leaf-01/E1/8}}
              - {server: {port: server-02/enp2s9}, switch: {port: leaf-02/E1/8}}
    """
    yield from _different(connection, fabric, "group", "group")


@fabric_rule("CONN-031", "The switches of an eslag connection have one redundancy type", KIND)
def eslag_types(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: switches with different mechanisms cannot act as one.

    Bad:
        fgd: {fabric: {release: "26.02"}}
        ---
        metadata: {name: server-02--eslag}
        spec:
          eslag:
            links:
              - {server: {port: server-02/enp2s8}, switch: {port: leaf-01/E1/8}}
              - {server: {port: server-02/enp2s9}, switch: {port: leaf-03/E1/8}}
        ---
        kind: Switch
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32, redundancy: {group: pair, type: mclag}}
    Good:
        metadata: {name: server-02--eslag}
        spec:
          eslag:
            links:
              - {server: {port: server-02/enp2s8}, switch: {port: leaf-01/E1/8}}
              - {server: {port: server-02/enp2s9}, switch: {port: leaf-02/E1/8}}
    """
    yield from _different(connection, fabric, "type", "type")


@fabric_rule("CONN-032", "The switches of an eslag connection have redundancy eslag", KIND)
def eslag_type(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: without a group the switches do not know of each other.

    Bad:
        metadata: {name: server-02--eslag}
        spec:
          eslag:
            links:
              - {server: {port: server-02/enp2s8}, switch: {port: spine-01/E1/8}}
              - {server: {port: server-02/enp2s9}, switch: {port: spine-01/E1/9}}
    Good:
        metadata: {name: server-02--eslag}
        spec:
          eslag:
            links:
              - {server: {port: server-02/enp2s8}, switch: {port: leaf-01/E1/8}}
              - {server: {port: server-02/enp2s9}, switch: {port: leaf-02/E1/8}}
    """
    switches = _eslag_switches(connection, fabric)
    redundancies = [switch.at("spec", "redundancy") for switch in switches]
    kinds = {node.at("type").text for node in redundancies} - {""}
    named = ", ".join(switch.ref.name for switch in switches)
    if switches and not any(node.at("group").text for node in redundancies):
        yield connection.at("spec", "eslag").finding(
            f"none of the switches {named} is in a redundancy group", "Give them one with the type eslag."
        )
    elif kinds and "eslag" not in kinds:
        yield connection.at("spec", "eslag").finding(
            f"the switches {named} have the redundancy type {min(kinds)}", "Give them the type eslag."
        )


def _address_users(index: Index) -> dict[tuple[str, Address], Node]:
    users: dict[tuple[str, Address], Node] = {}
    for connection in restless(index, KIND):
        for link in addressed_links(connection):
            for node, prefix in link:
                users.setdefault((connection.ref.namespace, prefix.address), node)
    return users


@fabric_rule("CONN-035", "Addresses of links are used once", KIND)
def addresses_differ(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: two interfaces with one address cannot both be reached.

    Bad:
        metadata: {name: spine-01--fabric--leaf-02}
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/2, ip: 172.30.128.0/31}, leaf: {port: leaf-02/E1/10, ip: 172.30.128.1/31}}
    Good:
        metadata: {name: spine-01--fabric--leaf-02}
        spec:
          fabric:
            links:
              - {spine: {port: spine-01/E1/2, ip: 172.30.128.2/31}, leaf: {port: leaf-02/E1/10, ip: 172.30.128.3/31}}
    """
    users = fabric.index.once(_address_users)
    for link in addressed_links(connection):
        for node, prefix in link:
            first = users[connection.ref.namespace, prefix.address]
            if (first.ref, first.route) != (node.ref, node.route):
                where = "of this connection" if first.ref == node.ref else f"by {first.ref}"
                yield node.finding(
                    f"{prefix.address} is already used {where}",
                    "Choose another /31.",
                    related=(first.pointer("used first"),),
                )


@fabric_rule("CONN-037", "The VPC of a static external exists", KIND)
def within_vpc(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the port is put into that VPC.

    Bad:
        spec:
          staticExternal:
            link: {switch: {port: leaf-01/E1/9, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
            withinVPC: vpc-01
    Good:
        spec:
          staticExternal:
            link: {switch: {port: leaf-01/E1/9, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
            withinVPC: vpc-1
    """
    yield from unknown(fabric, "VPC", connection.at("spec", "staticExternal", "withinVPC"))
