"""Rules on gateway peerings among the other resources of the fabric."""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import Prefix, conflicts
from fgd_sync.fabric.index import Index
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.resource import Ref
from fgd_sync.rules.gateway_acl import acl_rules
from fgd_sync.rules.gateway_fabric import DEFAULT_GROUP, group_members
from fgd_sync.rules.gateway_parts import EXTERNAL, GROUP, exposed, sides
from fgd_sync.rules.gateway_parts import PEERING as KIND
from fgd_sync.rules.lookup import find_named, nodes, suggestion, unknown, unknown_named
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, fabric_rule

_TWO = 2


def _vpc(side: Node, fabric: Fabric) -> Node | None:
    """The VPC of a side; None for an External or where there is no such VPC."""
    return None if side.key.startswith(EXTERNAL) else find_named(fabric, "VPC", side.key, side)


def _other(peering: Node, side: Node) -> Node | None:
    """The other side of a peering, if there are two."""
    if peering.at("spec", "peering").size != _TWO:
        return None
    others = [found for found in sides(peering) if found.key != side.key]
    return others[0] if len(others) == 1 else None


@fabric_rule("GWP-025", "The GatewayGroup of a peering exists", KIND)
def group_exists(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: its gateways process the peering. The group `default` is made by the controller.

    Bad:
        spec:
          gatewayGroup: defaults
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          gatewayGroup: default
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    group = peering.at("spec", "gatewayGroup")
    if group.text != DEFAULT_GROUP:
        yield from unknown(fabric, GROUP, group)


@fabric_rule("GWP-026", "A Gateway is in the group of a peering", KIND, since="26.02")
def group_has_members(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: without one nothing processes the peering.

    Bad:
        spec:
          gatewayGroup: empty
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
        ---
        kind: GatewayGroup
        metadata: {name: empty}
        spec: {}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    group = peering.at("spec", "gatewayGroup")
    known = group.text == DEFAULT_GROUP or fabric.index.find(GROUP, group.text, peering.ref)
    if group.text and known and not fabric.index.once(group_members).get((peering.ref.namespace, group.text)):
        yield group.finding(
            f"no Gateway is in the group {group.text}", "Add the group to a Gateway, or choose another."
        )


@fabric_rule("GWP-027", "The sides of a gateway peering exist", KIND)
def sides_exist(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: there is nothing to peer with otherwise.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            ext.isps: {expose: [{default: true}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            ext.isp: {expose: [{default: true}]}
    """
    for side in sides(peering):
        if side.key.startswith(EXTERNAL):
            yield from unknown_named(fabric, "External", side.key.removeprefix(EXTERNAL), side, at_key=True)
        else:
            yield from unknown_named(fabric, "VPC", side.key, side, at_key=True)


@fabric_rule("GWP-028", "Exposed prefixes of a VPC lie inside its subnets", KIND)
def inside_subnets(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the VPC has no other addresses.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.9.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.128/25}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for side, entry in exposed(peering):
        vpc = _vpc(side, fabric)
        known = vpc.at("spec", "subnets") if vpc else side
        pool = [prefix for subnet in known.entries if vpc and (prefix := subnet.at("subnet").prefix)]
        for cidr in (item.at("cidr") for item in entry.at("ips").items):
            if vpc and cidr.prefix and not any(subnet.covers(cidr.prefix) for subnet in pool):
                yield cidr.finding(
                    f"{cidr.prefix} is in no subnet of {vpc.ref}, which has {', '.join(map(str, pool))}",
                    "Choose a prefix of one subnet.",
                    related=(known.pointer("its subnets"),),
                )


def _unknown_subnet(vpc: Node | None, name: Node) -> Iterator[Finding]:
    if vpc and name.text and not vpc.at("spec", "subnets", name.text).is_present:
        subnets = vpc.at("spec", "subnets")
        yield name.finding(
            f"{vpc.ref} has no subnet {name.text}",
            suggestion(name.text, subnets.texts),
            related=(subnets.pointer("its subnets"),),
        )


@fabric_rule("GWP-029", "Exposed subnets exist", KIND)
def exposed_subnets(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: there is nothing to expose otherwise.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{vpcSubnet: web}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{vpcSubnet: default}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
    """
    for side, entry in exposed(peering):
        for item in entry.at("ips").items:
            yield from _unknown_subnet(_vpc(side, fabric), item.at("vpcSubnet"))


def _exposures(peering: Node) -> Iterator[tuple[str, Prefix, Node]]:
    """What a peering exposes: to which side, which prefix, and where that is said."""
    for side, entry in exposed(peering):
        other = _other(peering, side)
        if other is None or entry.at("default").is_true:
            continue
        for item in list(entry.at("as").items) or entry.at("ips").items:
            if prefix := item.at("cidr").prefix:
                yield other.key, prefix, item.at("cidr")


def _exposure_conflicts(index: Index) -> dict[tuple[Ref, object], Node]:
    """By peering and route of an exposed prefix: one of another peering that it overlaps, to the same side."""
    targets: dict[tuple[str, str], list[tuple[Prefix, Node]]] = {}
    for peering in nodes(index, KIND):
        for target, prefix, node in _exposures(peering):
            targets.setdefault((peering.ref.namespace, target), []).append((prefix, node))
    return {
        (node.ref, node.route): other
        for ranges in targets.values()
        for (_, other), (_, node) in conflicts(ranges, lambda node: node.ref)
    }


@fabric_rule("GWP-030", "Different peerings expose different addresses to a side", KIND)
def exposed_differ(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the side could not tell which of the two is meant.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}], as: [{cidr: 10.0.3.0/24}], nat: {static: {}}}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
        ---
        metadata: {name: first}
        spec:
          peering:
            routed: {expose: [{ips: [{cidr: 10.0.3.0/24}]}]}
            vpc-2: {expose: [{default: true}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
        ---
        metadata: {name: first}
        spec:
          peering:
            routed: {expose: [{ips: [{cidr: 10.0.3.0/24}]}]}
            vpc-2: {expose: [{default: true}]}
    """
    found = fabric.index.once(_exposure_conflicts)
    for _target, prefix, node in _exposures(peering):
        other = found.get((peering.ref, node.route))
        if other:
            yield node.finding(
                f"{prefix} overlaps {other.text}, which {other.ref} exposes to the same side",
                "Expose other addresses, by `as` and `nat` if need be.",
                related=(other.pointer(f"overlaps {prefix}"),),
            )


def _targets(index: Index) -> dict[tuple[str, str], list[Ref]]:
    """By namespace and side: the peerings that expose something to it, two at most."""
    targets: dict[tuple[str, str], list[Ref]] = {}
    for peering in nodes(index, KIND):
        for target in {target for target, _, _ in _exposures(peering)}:
            known = targets.setdefault((peering.ref.namespace, target), [])
            known += [peering.ref] if len(known) < 2 else []
    return targets


@fabric_rule("GWP-031", "Peerings with another one to the same side expose by cidr", KIND, severity=Severity.WARNING)
def exposed_by_cidr(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: by a fault, the fabric then refuses `vpcSubnet` and `not` as unreadable prefixes.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{vpcSubnet: default}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
        ---
        metadata: {name: first}
        spec:
          peering:
            routed: {expose: [{ips: [{cidr: 10.0.3.0/24}]}]}
            vpc-2: {expose: [{default: true}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
        ---
        metadata: {name: first}
        spec:
          peering:
            routed: {expose: [{ips: [{cidr: 10.0.3.0/24}]}]}
            vpc-2: {expose: [{default: true}]}
    """
    targets = fabric.index.once(_targets)
    for side, entry in exposed(peering):
        other = _other(peering, side)
        peerings = targets.get((peering.ref.namespace, other.key), []) if other else []
        first = next((ref for ref in peerings if ref != peering.ref), None)
        unread = [item.at("not") for item in entry.at("as").items] or [
            item.at(field) for item in entry.at("ips").items for field in ("vpcSubnet", "not")
        ]
        for node in unread if first else ():
            if node.text:
                yield node.finding(
                    f"the fabric may refuse this, since {first} exposes something to the same side",
                    "Name the prefix by `cidr`.",
                )


def _directions(peering: Node, item: Node) -> tuple[Node | None, Node | None]:
    """The sides from and to which an ACL rule goes; the one left out is the other one."""
    named = {side.key: side for side in sides(peering)}
    start, target = named.get(item.at("from").text), named.get(item.at("to").text)
    if start is None and target and item.at("from").is_unset:
        start = _other(peering, target)
    if target is None and start and item.at("to").is_unset:
        target = _other(peering, start)
    return start, target


@fabric_rule("GWP-032", "Subnets in an ACL exist", KIND)
def acl_subnets(peering: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a match for a subnet that does not exist matches nothing.

    Bad:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {src: [{vpcSubnet: web}]}}]}
    Good:
        spec:
          peering:
            vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
            vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
          acl: {default: deny, rules: [{action: allow, from: vpc-1, match: {src: [{vpcSubnet: default}]}}]}
    """
    for item in acl_rules(peering):
        start, target = _directions(peering, item)
        for end, side in (("src", start), ("dst", target)):
            for node in (place.at("vpcSubnet") for place in item.at("match", end).items):
                if node.text and side and side.key.startswith(EXTERNAL):
                    yield node.finding(f"{side.key} is an External and has no VPC subnets", "Use `cidr`.")
                elif side:
                    yield from _unknown_subnet(_vpc(side, fabric), node)
