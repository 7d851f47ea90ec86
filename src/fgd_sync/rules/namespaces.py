"""Rules on IPv4Namespaces and VLANNamespaces: the pools from which VPCs take prefixes and VLANs."""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import conflicts
from fgd_sync.model.config import VlanRange
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.reserved import reserved_overlap
from fgd_sync.rules.rule import Context, Mark, rule

PREFIXES = "IPv4Namespace"
VLANS = "VLANNamespace"
_MAX_VLAN = 4094


@rule("IPNS-001", "IPv4Namespace names have at most 11 characters", PREFIXES)
def name_length(namespace: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches build names from it, which have little room.

    Bad:
        metadata: {name: customer-pool}
        spec: {subnets: [10.0.0.0/16]}
    Good:
        metadata: {name: customers}
        spec: {subnets: [10.0.0.0/16]}
    """
    name = namespace.at("metadata", "name")
    if len(name.text) > 11:
        yield name.finding(
            f"the name {name.text!r} has {len(name.text)} characters; an IPv4Namespace's may have 11",
            "Shorten the name, and change the resources that refer to it.",
        )


@rule("IPNS-002", "Subnets of an IPv4Namespace are prefixes", PREFIXES)
def prefixes_parse(namespace: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric reads prefixes strictly: no missing length, no netmask, no leading zeros.

    Bad:
        spec: {subnets: [10.0.0.0]}
    Good:
        spec: {subnets: [10.0.0.0/16]}
    """
    for subnet in namespace.at("spec", "subnets").items:
        if isinstance(subnet.value, str) and not subnet.prefix:
            yield subnet.finding(
                f"{subnet.text!r} is not a prefix", "Write an address and a length, such as 10.0.0.0/16."
            )


@rule("IPNS-003", "An IPv4Namespace has at most 10 subnets", PREFIXES)
def prefix_count(namespace: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses more than 10, although its schema says 20.

    Bad:
        spec:
          subnets: [10.0.0.0/16, 10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16, 10.5.0.0/16, 10.6.0.0/16,
                    10.7.0.0/16, 10.8.0.0/16, 10.9.0.0/16, 10.10.0.0/16]
    Good:
        spec: {subnets: [10.0.0.0/12]}
    """
    subnets = namespace.at("spec", "subnets")
    if isinstance(subnets.value, list) and subnets.size > 10:
        yield subnets.finding(
            f"the namespace has {subnets.size} subnets; it may have 10", "Join neighbouring prefixes into shorter ones."
        )


@rule("IPNS-005", "Subnets of an IPv4Namespace do not overlap", PREFIXES)
def prefixes_differ(namespace: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses them; the narrower one adds nothing.

    Bad:
        spec: {subnets: [10.0.0.0/8, 10.1.0.0/16]}
    Good:
        spec: {subnets: [10.0.0.0/8]}
    """
    ranges = [(prefix, subnet) for subnet in namespace.at("spec", "subnets").items if (prefix := subnet.prefix)]
    for (wide, first), (narrow, second) in conflicts(ranges):
        yield second.finding(
            f"{narrow} overlaps {wide}", "Remove one of the two.", related=(first.pointer(f"overlaps {narrow}"),)
        )


@rule("IPNS-006", "Subnets of an IPv4Namespace keep clear of the reserved subnets", PREFIXES, mark=Mark.CONFIG)
def prefixes_reserved(namespace: Node, context: Context) -> Iterator[Finding]:
    """Why: the fabric uses these ranges for its own management, loopbacks and links.

    Bad:
        spec: {subnets: [172.16.0.0/12]}
    Good:
        spec: {subnets: [10.0.0.0/8]}
    """
    for subnet in namespace.at("spec", "subnets").items:
        yield from reserved_overlap(subnet, context, "the namespace")


def valid_ranges(namespace: Node) -> Iterator[tuple[int, int, Node]]:
    """The ranges of a VLANNamespace that are right in themselves: first and last VLAN, and where they stand."""
    for item in namespace.at("spec", "ranges").items:
        first, last = item.at("from").number, item.at("to").number
        if item.is_mapping and first and last and 1 <= first <= last <= _MAX_VLAN:
            yield first, last, item


@rule("VLNS-002", "VLAN ranges are within 1 to 4094", VLANS)
def vlans_exist(namespace: Node, _: Context) -> Iterator[Finding]:
    """Why: there are no other VLANs. By a fault, the fabric empties the whole list without a word when it meets one.

    Bad:
        spec: {ranges: [{from: 4000, to: 4096}]}
    Good:
        spec: {ranges: [{from: 4000, to: 4094}]}
    """
    for item in namespace.at("spec", "ranges").items:
        for end in ("from", "to"):
            vlan = item.at(end).number
            implied = end == "to" and vlan == item.at("from").number
            if item.is_mapping and vlan is not None and not 1 <= vlan <= _MAX_VLAN and not implied:
                yield item.at(end).finding(f"VLAN {vlan} is not within 1..4094", "Choose VLANs within 1..4094.")


@rule("VLNS-003", "VLAN ranges begin before they end", VLANS)
def ranges_ordered(namespace: Node, _: Context) -> Iterator[Finding]:
    """Why: otherwise they hold no VLAN. By a fault, the fabric empties the whole list without a word when it meets one.

    Bad:
        spec: {ranges: [{from: 1999, to: 1000}]}
    Good:
        spec: {ranges: [{from: 1000, to: 1999}]}
    """
    for item in namespace.at("spec", "ranges").items:
        first, last = item.at("from").number, item.at("to").number
        if first and last and first > last:
            yield item.finding(f"the range begins with {first}, after its end {last}", "Swap `from` and `to`.")


@rule("VLNS-004", "VLAN ranges of a namespace do not overlap", VLANS)
def ranges_differ(namespace: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses ranges that share a VLAN, be it only their ends.

    Bad:
        spec: {ranges: [{from: 1000, to: 1999}, {from: 1999, to: 2999}]}
    Good:
        spec: {ranges: [{from: 1000, to: 1999}, {from: 2000, to: 2999}]}
    """
    widest: tuple[int, int, Node] | None = None
    for first, last, item in sorted(valid_ranges(namespace), key=lambda found: found[:2]):
        if widest and first <= widest[1]:
            yield item.finding(
                f"VLANs {first}-{last} overlap {widest[0]}-{widest[1]}",
                "Separate or join the two.",
                related=(widest[2].pointer(f"overlaps {first}-{last}"),),
            )
        if widest is None or last > widest[1]:
            widest = first, last, item


def _taken(namespace: Node, taken: tuple[VlanRange, ...], setting: str, use: str) -> Iterator[Finding]:
    for first, last, item in valid_ranges(namespace):
        for other in taken:
            if first <= other.to and other.start <= last:
                yield item.finding(
                    f"VLANs {first}-{last} overlap {other.start}-{other.to}, which the fabric takes {use} "
                    f"(setting {setting})",
                    f"Leave VLANs {other.start}-{other.to} out.",
                )


@rule("VLNS-005", "VLAN ranges keep clear of the fabric's own VLANs", VLANS, mark=Mark.CONFIG)
def ranges_own(namespace: Node, context: Context) -> Iterator[Finding]:
    """Why: the switches use one VLAN of that range for each VPC and External they carry.

    Bad:
        spec: {ranges: [{from: 1000, to: 3499}]}
    Good:
        spec: {ranges: [{from: 1000, to: 2999}]}
    """
    yield from _taken(namespace, context.settings.vpc_irb_vlans, "fabric.vpc_irb_vlans", "for routing between VLANs")


@rule("VLNS-006", "VLAN ranges keep clear of the VLANs of the TH5 workaround", VLANS, mark=Mark.CONFIG, since="26.02")
def ranges_workaround(namespace: Node, context: Context) -> Iterator[Finding]:
    """Why: switches with a Tomahawk 5 chip need VLANs of that range for themselves.

    Bad:
        spec: {ranges: [{from: 3950, to: 4094}]}
    Good:
        spec: {ranges: [{from: 4000, to: 4094}]}
    """
    yield from _taken(
        namespace,
        context.settings.th5_workaround_vlans,
        "fabric.th5_workaround_vlans",
        "on switches with a Tomahawk 5 chip",
    )
