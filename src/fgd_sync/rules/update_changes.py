"""Rules on what may change in a resource: the new version beside the one before."""

from collections import defaultdict
from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.rules.connection_parts import ENDS, REMOVED
from fgd_sync.rules.connection_parts import KIND as CONNECTION
from fgd_sync.rules.lookup import earlier, nodes
from fgd_sync.rules.namespaces import PREFIXES, VLANS, valid_ranges
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, change_rule
from fgd_sync.rules.switch import KIND as SWITCH
from fgd_sync.rules.vpc_parts import KIND as VPC
from fgd_sync.rules.vpc_parts import has_host_bgp, subnets

_NEW_NAME = "Give the changed one a new name and delete the old one, or keep what was there."


def _type(connection: Node) -> Node | None:
    """The place of the type of a Connection; None unless it has exactly one."""
    spec = connection.at("spec")
    found = [spec.at(name) for name in (*ENDS, *REMOVED) if spec.at(name).is_mapping]
    return found[0] if len(found) == 1 else None


def _meant(name: str) -> str:
    return "mclag or mclagDomain" if name in REMOVED else name


@change_rule("CONN-038", "The type of a Connection stays", CONNECTION)
def type_stays(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric refuses another type under the same name: what it made for the first would be left behind.

    Before:
        metadata: {name: server-02--unbundled--leaf-01}
        spec: {bundled: {links: [{server: {port: server-02/enp2s1}, switch: {port: leaf-01/E1/2}}]}}
    Bad:
        metadata: {name: server-02--unbundled--leaf-01}
        spec: {unbundled: {link: {server: {port: server-02/enp2s1}, switch: {port: leaf-01/E1/2}}}}
    Good:
        metadata: {name: server-02--unbundled--leaf-01}
        spec: {bundled: {links: [{server: {port: server-02/enp2s1}, switch: {port: leaf-01/E1/4}}]}}
    """
    old, new = _type(earlier(fabric, connection)), _type(connection)
    if old and new and _meant(old.key) != _meant(new.key):
        yield new.finding(
            f"the type was {old.key} and would become {new.key}; the type of a Connection cannot change",
            _NEW_NAME,
            at_key=True,
        )


@change_rule("CONN-039", "The VPC of a static external stays", CONNECTION)
def vpc_stays(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric refuses to move the port into another VPC, or out of one.

    Before:
        spec:
          staticExternal:
            link: {switch: {port: leaf-01/E1/9, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
            withinVPC: vpc-1
    Bad:
        spec:
          staticExternal:
            link: {switch: {port: leaf-01/E1/9, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
            withinVPC: vpc-2
    Good:
        spec:
          staticExternal:
            link: {switch: {port: leaf-01/E1/9, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [203.0.113.0/24]}}
            withinVPC: vpc-1
    """
    old, new = _type(earlier(fabric, connection)), _type(connection)
    if old and new and old.key == new.key == "staticExternal":
        before, place = old.at("withinVPC").text, new.at("withinVPC")
        if before != place.text:
            yield place.finding(
                f"withinVPC was {before or 'not set'} and would become {place.text or 'unset'}; it cannot change",
                _NEW_NAME,
            )


@change_rule("SW-041", "Breakouts stay while RoCE is on", SWITCH)
def breakouts_stay(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric refuses to break out ports, or to join them again, before or after a change where `roce` is on.

    Before:
        spec:
          {role: spine, profile: dell-s5232f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, roce: true}
    Bad:
        spec:
          {role: spine, profile: dell-s5232f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, roce: true,
           portBreakouts: {E1/1: 4x25G}}
    Good:
        spec:
          {role: spine, profile: dell-s5232f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32, roce: true,
           description: rack 7}
    """
    old, new = earlier(fabric, switch).at("spec"), switch.at("spec")
    before, after = old.at("portBreakouts"), new.at("portBreakouts")
    if (old.at("roce").is_true or new.at("roce").is_true) and (before.value or {}) != (after.value or {}):
        keys = sorted({*before.texts, *after.texts})
        ports = [key for key in keys if before.at(key).value != after.at(key).value]
        when = "on" if old.at("roce").is_true and new.at("roce").is_true else "switched"
        yield after.finding(
            f"the breakouts of {', '.join(ports)} change while roce is {when}",
            "Turn roce off first, change the breakouts in a second step, then turn it on again.",
        )


@change_rule("IPNS-007", "An IPv4Namespace keeps the subnets of its VPCs", PREFIXES, replaces=("VPC-056",))
def prefixes_kept(namespace: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric refuses to take a prefix out of the namespace while a VPC uses it.

    Before:
        metadata: {name: default}
        spec: {subnets: [10.0.0.0/16]}
    Bad:
        metadata: {name: default}
        spec: {subnets: [10.0.0.0/21]}
    Good:
        metadata: {name: default}
        spec: {subnets: [10.0.0.0/16, 10.64.0.0/16]}
    """
    old, new = (
        [prefix for node in version.at("spec", "subnets").items if (prefix := node.prefix)]
        for version in (earlier(fabric, namespace), namespace)
    )
    left = [
        (subnet.at("subnet"), prefix)
        for vpc in _users(namespace, fabric, "ipv4Namespace")
        for subnet in subnets(vpc)
        if (prefix := subnet.at("subnet").prefix)
        and any(allowed.covers(prefix) for allowed in old)
        and not any(allowed.covers(prefix) for allowed in new)
    ]
    if left:
        yield namespace.at("spec", "subnets").finding(
            f"{namespace.ref} would no longer hold {_few([str(prefix) for _, prefix in left])}, used by VPCs",
            "Keep these prefixes, or change the VPCs first.",
            related=tuple(node.pointer(f"{prefix} of {node.ref}") for node, prefix in left),
        )


@change_rule("VLNS-007", "A VLANNamespace keeps the VLANs of its VPCs", VLANS, replaces=("VPC-057",))
def vlans_kept(namespace: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric refuses to take VLANs out of the namespace while a VPC uses them.

    By a fault of its own it also looks at the VPCs of the IPv4Namespace with the same name, and at subnets that need no
    VLAN; a warning says so.

    Before:
        metadata: {name: lab}
        spec: {ranges: [{from: 100, to: 199}]}
    Bad:
        metadata: {name: lab}
        spec: {ranges: [{from: 110, to: 199}]}
    Good:
        metadata: {name: lab}
        spec: {ranges: [{from: 100, to: 149}]}
    """
    if earlier(fabric, namespace).at("spec").value == namespace.at("spec").value:
        return
    old = [(first, last) for first, last, _ in valid_ranges(earlier(fabric, namespace))]
    new = [(first, last) for first, last, _ in valid_ranges(namespace)]
    left = [
        (subnet.at("vlan"), vlan)
        for vpc in _users(namespace, fabric, "vlanNamespace")
        for subnet in subnets(vpc)
        if (vlan := subnet.at("vlan").number) and not has_host_bgp(subnet) and _within(vlan, old)
        if not _within(vlan, new)
    ]
    ranges = namespace.at("spec", "ranges")
    if left:
        yield ranges.finding(
            f"{namespace.ref} would no longer hold {_few([f'VLAN {vlan}' for _, vlan in left])}, used by VPCs",
            "Keep these VLANs, or change the VPCs first.",
            related=tuple(node.pointer(f"VLAN {vlan} of {node.ref}") for node, vlan in left),
        )
    else:
        yield from _refused_by_mistake(namespace, fabric, new)


def _refused_by_mistake(namespace: Node, fabric: Fabric, ranges: list[tuple[int, int]]) -> Iterator[Finding]:
    """The fault of the webhook: it takes the VPCs by the wrong namespace, and wants a VLAN where there is none."""
    hit = [
        subnet
        for vpc in _users(namespace, fabric, "ipv4Namespace")
        for subnet in subnets(vpc)
        if (vlan := subnet.at("vlan").number) is not None and not _within(vlan, ranges)
    ]
    if hit:
        yield namespace.at("spec", "ranges").finding(
            f"the fabric may refuse this change by a fault of its own: it also checks VPCs of the IPv4Namespace "
            f"{namespace.ref.name}, such as {hit[0].ref} subnet {hit[0].key} with VLAN {hit[0].at('vlan').number}",
            "If it does, put the new ranges into a VLANNamespace of another name.",
            severity=Severity.WARNING,
            related=(hit[0].pointer("the subnet"),),
        )


def _users(namespace: Node, fabric: Fabric, field: str) -> list[Node]:
    """The VPCs that name a namespace in a field."""
    return fabric.index.once(_USERS[field]).get((namespace.ref.namespace, namespace.ref.name), [])


def _by_prefixes(index: Index) -> dict[tuple[str, str], list[Node]]:
    return _by_field(index, "ipv4Namespace")


def _by_vlans(index: Index) -> dict[tuple[str, str], list[Node]]:
    return _by_field(index, "vlanNamespace")


def _by_field(index: Index, field: str) -> dict[tuple[str, str], list[Node]]:
    found: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for vpc in nodes(index, VPC):
        found[vpc.ref.namespace, vpc.at("spec", field).text].append(vpc)
    return found


_USERS = {"ipv4Namespace": _by_prefixes, "vlanNamespace": _by_vlans}


def _within(vlan: int, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= vlan <= last for first, last in ranges)


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
