"""Rules on VPCAttachments among the other resources of the fabric."""

from collections.abc import Callable, Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.model.finding import Finding, Pointer
from fgd_sync.model.resource import Ref
from fgd_sync.rules.attachment import KIND
from fgd_sync.rules.connection_parts import REMOVED, devices, types
from fgd_sync.rules.lookup import find, find_named, restless, suggestion, unknown, unknown_named
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, fabric_rule

_ATTACHABLE = ("unbundled", "bundled", "eslag")


def attached_vpc(attachment: Node, fabric: Fabric) -> Node | None:
    """The VPC of an attachment, if it is there; ATT-005 reports it otherwise."""
    return find_named(fabric, "VPC", attachment.at("spec", "subnet").text.partition("/")[0], attachment)


def _subnet(attachment: Node, fabric: Fabric) -> Node | None:
    vpc = attached_vpc(attachment, fabric)
    name = attachment.at("spec", "subnet").text.partition("/")[2]
    subnet = vpc.at("spec", "subnets", name) if vpc else None
    return subnet if subnet and subnet.is_mapping else None


def _connection(attachment: Node, fabric: Fabric) -> tuple[str, Node] | None:
    """The type of the attached Connection and the Connection, if it is there and of one type."""
    connection = find(fabric, "Connection", attachment.at("spec", "connection"))
    found = [name for name, _ in types(connection)] if connection else []
    return (found[0], connection) if connection and len(found) == 1 else None


def attached_switches(attachment: Node, fabric: Fabric) -> list[Node]:
    """The switches of the attached Connection that are there; CONN-025 reports the others."""
    connection = find(fabric, "Connection", attachment.at("spec", "connection"))
    names = sorted(devices(connection, "Switch")) if connection else []
    return [switch for name in names if (switch := find_named(fabric, "Switch", name, attachment))]


@fabric_rule("ATT-005", "The VPC of an attachment exists and has the subnet", KIND)
def subnet_exists(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: there is nothing to attach otherwise.

    Bad:
        spec: {subnet: vpc-1/web, connection: server-02--unbundled--leaf-01}
    Good:
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01}
    """
    place = attachment.at("spec", "subnet")
    name, _, subnet = place.text.partition("/")
    vpc = attached_vpc(attachment, fabric)
    if vpc is None and name:
        yield from unknown_named(fabric, "VPC", name, place)
    elif vpc and not vpc.at("spec", "subnets", subnet).is_present:
        yield place.finding(
            f"{vpc.ref} has no subnet {subnet!r}",
            suggestion(subnet, vpc.at("spec", "subnets").texts),
            related=(vpc.at("spec", "subnets").pointer("its subnets"),),
        )


@fabric_rule("ATT-006", "The Connection of an attachment exists", KIND)
def connection_exists(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: it says on which ports the subnet appears.

    Bad:
        spec: {subnet: vpc-1/default, connection: server-02--bundled--leaf-01}
    Good:
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01}
    """
    yield from unknown(fabric, "Connection", attachment.at("spec", "connection"))


@fabric_rule("ATT-007", "A VPC is attached to a connection of a server", KIND)
def connection_type(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: only unbundled, bundled and eslag connections lead to servers.

    Bad:
        spec: {subnet: vpc-1/default, connection: leaf-01--external}
    Good:
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01}
    """
    name = attachment.at("spec", "connection")
    connection = find(fabric, "Connection", name)
    if connection is None:
        return
    removed = () if fabric.context.release < "26.03" else REMOVED
    found = [*(kind for kind, _ in types(connection)), *(kind for kind in removed if connection.at("spec", kind).value)]
    if len(found) == 1 and found[0] not in _ATTACHABLE:
        yield name.finding(
            f"{connection.ref} is of type {found[0]}, not one of {', '.join(_ATTACHABLE)}",
            "Name a connection of a server.",
            related=(connection.at("spec").pointer("its type"),),
        )


@fabric_rule("ATT-008", "Only an L2VNI VPC is attached to an eslag connection", KIND)
def eslag_mode(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: ESLAG needs the VLAN on several switches, which other modes do not stretch.

    Bad:
        spec: {subnet: routed/default, connection: server-01--eslag--leaf-01--leaf-02}
    Good:
        spec: {subnet: vpc-2/default, connection: server-01--eslag--leaf-01--leaf-02}
    """
    found, vpc = _connection(attachment, fabric), attached_vpc(attachment, fabric)
    if found and vpc and found[0] == "eslag" and vpc.at("spec", "mode").text:
        yield attachment.at("spec", "connection").finding(
            f"{found[1].ref} is of type eslag, but {vpc.ref} has the mode {vpc.at('spec', 'mode').text}",
            "Attach a VPC without `mode`, or use another connection.",
            related=(vpc.at("spec", "mode").pointer("its mode"),),
        )


@fabric_rule("ATT-009", "A subnet whose hosts speak BGP is attached to an unbundled connection", KIND)
def host_bgp_type(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the host runs a BGP session on each single link.

    Bad:
        spec: {subnet: vpc-1/bgp, connection: server-01--eslag--leaf-01--leaf-02}
    Good:
        spec: {subnet: vpc-1/bgp, connection: server-02--unbundled--leaf-01}
    """
    found, subnet = _connection(attachment, fabric), _subnet(attachment, fabric)
    if found and subnet and subnet.at("hostBGP").is_true and found[0] in ("bundled", "eslag"):
        yield attachment.at("spec", "connection").finding(
            f"{found[1].ref} is of type {found[0]}, but subnet {subnet.key} has hostBGP",
            "Use an unbundled connection.",
            related=(subnet.at("hostBGP").pointer("hostBGP"),),
        )


@fabric_rule("ATT-011", "The switches of an attachment offer the VPC's VLANNamespace", KIND)
def switch_vlans(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a switch configures VLANs of its own namespaces only.

    Bad:
        spec: {subnet: lab/default, connection: server-02--unbundled--leaf-01}
    Good:
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01}
    """
    vpc = attached_vpc(attachment, fabric)
    wanted = vpc.at("spec", "vlanNamespace").text if vpc else ""
    for switch in attached_switches(attachment, fabric) if wanted else ():
        offered = switch.at("spec", "vlanNamespaces")
        if wanted not in offered.texts:
            yield attachment.at("spec", "connection").finding(
                f"{switch.ref} offers the VLANNamespaces {', '.join(offered.texts)}, not {wanted} of the VPC",
                f"Add {wanted} to its vlanNamespaces, or use another connection.",
                related=(offered.pointer("its namespaces"),),
            )


@fabric_rule("ATT-014", "A subnet whose hosts speak BGP is not attached to MCLAG switches", KIND)
def host_bgp_mclag(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: MCLAG switches act as one, with which a host cannot have separate sessions.

    Bad:
        fgd: {fabric: {release: "26.02"}}
        ---
        spec: {subnet: vpc-1/bgp, connection: server-02--unbundled--leaf-03}
        ---
        kind: Connection
        metadata: {name: server-02--unbundled--leaf-03}
        spec: {unbundled: {link: {server: {port: server-02/enp2s9}, switch: {port: leaf-03/E1/1}}}}
        ---
        kind: Switch
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: vs, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32, redundancy: {group: pair, type: mclag}}
    Good:
        fgd: {fabric: {release: "26.02"}}
        ---
        spec: {subnet: vpc-1/bgp, connection: server-02--unbundled--leaf-01}
    """
    subnet = _subnet(attachment, fabric)
    for switch in attached_switches(attachment, fabric) if subnet and subnet.at("hostBGP").is_true else ():
        redundancy = switch.at("spec", "redundancy")
        if redundancy.at("type").text == "mclag" and redundancy.at("group").text:
            yield attachment.at("spec", "connection").finding(
                f"{switch.ref} is in the MCLAG group {redundancy.at('group').text}, but the subnet has hostBGP",
                "Use a connection of another switch.",
                related=(redundancy.pointer("its group"),),
            )


def _first(index: Index, key: Callable[[Node], tuple[str, ...]]) -> dict[tuple[str, ...], Ref]:
    first: dict[tuple[str, ...], Ref] = {}
    for attachment in restless(index, KIND):
        found = key(attachment)
        if all(found):
            first.setdefault(found, attachment.ref)
    return first


def _place(attachment: Node) -> tuple[str, ...]:
    spec = attachment.at("spec")
    return attachment.ref.namespace, spec.at("connection").text, spec.at("subnet").text


def _native_place(attachment: Node) -> tuple[str, ...]:
    spec = attachment.at("spec")
    return attachment.ref.namespace, spec.at("connection").text if spec.at("nativeVLAN").is_true else ""


def _places(index: Index) -> dict[tuple[str, ...], Ref]:
    return _first(index, _place)


def _native_places(index: Index) -> dict[tuple[str, ...], Ref]:
    return _first(index, _native_place)


@fabric_rule("ATT-015", "A subnet is attached to a connection once", KIND)
def attached_once(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the second attachment adds nothing, and could contradict the first.

    Bad:
        metadata: {name: att-2}
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01, nativeVLAN: true}
        ---
        metadata: {name: att-1}
        spec: {subnet: vpc-1, connection: server-02--unbundled--leaf-01}
    Good:
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01, nativeVLAN: true}
    """
    first = fabric.index.once(_places).get(_place(attachment))
    if first and first != attachment.ref:
        subnet = attachment.at("spec", "subnet")
        yield subnet.finding(
            f"{first} already attaches {subnet.text} to {attachment.at('spec', 'connection').text}",
            "Remove one of the two.",
            related=(_pointer(fabric, first, "subnet"),),
        )


@fabric_rule("ATT-016", "A connection has one native VLAN", KIND)
def one_native(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: untagged packets can belong to one VLAN only.

    Bad:
        metadata: {name: att-2}
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01, nativeVLAN: true}
        ---
        metadata: {name: att-1}
        spec: {subnet: vpc-2/default, connection: server-02--unbundled--leaf-01, nativeVLAN: true}
    Good:
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-01, nativeVLAN: true}
    """
    first = fabric.index.once(_native_places).get(_native_place(attachment))
    if first and first != attachment.ref:
        yield attachment.at("spec", "nativeVLAN").finding(
            f"{attachment.at('spec', 'connection').text} already has the native VLAN of {first}",
            "Remove `nativeVLAN` from one of the two.",
            related=(_pointer(fabric, first, "nativeVLAN"),),
        )


def _pointer(fabric: Fabric, ref: Ref, field: str) -> Pointer:
    return Node(fabric.index.body(ref), ref).at("spec", field).pointer("the first one")
