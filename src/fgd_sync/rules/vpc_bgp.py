"""Rules on the prefixes that hosts of a hostBGP subnet may announce (from release 26.03 on)."""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import Prefix, conflicts, parse_prefix
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.reserved import overlapped
from fgd_sync.rules.rule import Context, Mark, rule
from fgd_sync.rules.vpc_parts import KIND, extra_prefixes, has_host_bgp, subnets

_FIELDS = ("hostBGPMinPrefixLen", "hostBGPMaxPrefixLen", "hostBGPExtraPrefixes")
_LONGEST = 32
_MOST_EXTRA = 100


@rule("VPC-063", "Only hostBGP subnets limit what hosts announce", KIND, since="26.03")
def only_host_bgp(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: in other subnets hosts announce nothing.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001, hostBGPMinPrefixLen: 28}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, hostBGP: true, hostBGPMinPrefixLen: 28}}}
    """
    for subnet in subnets(vpc):
        for field in _FIELDS:
            node = subnet.at(field)
            if not node.is_unset and subnet.at("hostBGP").value in (None, False):
                yield node.finding(
                    f"subnet {subnet.key} has {field} but not hostBGP", "Add `hostBGP: true`, or remove the field."
                )


def _lengths(shortest: Node, longest: Node, base: Prefix, defaults: tuple[int, int]) -> Iterator[Finding]:
    least, most = shortest.number or defaults[0], longest.number or defaults[1]
    place = shortest if shortest.is_present else longest
    if least > most or most > _LONGEST:
        yield place.finding(
            f"prefix lengths {least} to {most} are not a range up to {_LONGEST}",
            "Choose a shortest length that is not more than the longest; without one it is 32.",
        )
    elif least < base.length:
        yield place.finding(
            f"the shortest prefix length {least} is shorter than that of {base}", f"Choose {base.length} or more."
        )


@rule("VPC-064", "Lengths of announced prefixes fit their prefix", KIND, since="26.03")
def lengths(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: a range that begins behind its end, or is wider than the prefix, lets nothing or too much through.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, hostBGP: true, hostBGPMinPrefixLen: 20}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, hostBGP: true, hostBGPMinPrefixLen: 28}}}
    """
    for subnet in subnets(vpc):
        if not has_host_bgp(subnet):
            continue
        base, shortest, longest = subnet.at("subnet").prefix, subnet.at(_FIELDS[0]), subnet.at(_FIELDS[1])
        if base and not (shortest.is_unset and longest.is_unset):
            yield from _lengths(shortest, longest, base, (_LONGEST, _LONGEST))
        defaults = (shortest.number or _LONGEST, longest.number or _LONGEST)
        for extra in subnet.at("hostBGPExtraPrefixes").entries:
            prefix = parse_prefix(extra.key)
            if prefix and not (extra.at("minPrefixLen").is_unset and extra.at("maxPrefixLen").is_unset):
                yield from _lengths(extra.at("minPrefixLen"), extra.at("maxPrefixLen"), prefix, defaults)


@rule(
    "VPC-065",
    "Extra prefixes are up to 100 separate IPv4 prefixes",
    KIND,
    since="26.03",
    about=("hostBGPExtraPrefixes",),
)
def extra(vpc: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches filter by them, and they count as subnets of the VPC.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, hostBGP: true, hostBGPExtraPrefixes: {10.0.5.9/24: {}}}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, hostBGP: true, hostBGPExtraPrefixes: {10.0.5.0/24: {}}}}}
    """
    for subnet in subnets(vpc):
        prefixes = subnet.at("hostBGPExtraPrefixes")
        if prefixes.is_mapping and prefixes.size > _MOST_EXTRA:
            yield prefixes.finding(
                f"subnet {subnet.key} has {prefixes.size} extra prefixes; it may have {_MOST_EXTRA}",
                "Join neighbouring prefixes into shorter ones.",
            )
        for node in prefixes.entries:
            prefix = parse_prefix(node.key)
            if prefix is None or prefix.version != 4 or prefix.has_host_bits:
                yield node.finding(
                    f"the extra prefix {node.key!r} of subnet {subnet.key} is not an IPv4 prefix without host bits",
                    f"Write {prefix or '10.0.5.0/24'}.",
                    at_key=True,
                )
    yield from _extra_overlaps(vpc)


def _extra_overlaps(vpc: Node) -> Iterator[Finding]:
    ranges = [(prefix, node) for node, prefix in extra_prefixes(vpc)]
    ranges += [(prefix, subnet.at("subnet")) for subnet in subnets(vpc) if (prefix := subnet.at("subnet").prefix)]
    for (wide, first), (narrow, second) in conflicts(ranges, lambda node: "" if node.key == "subnet" else id(node)):
        yield second.finding(
            f"{narrow} overlaps {wide} of the same VPC",
            "Choose separate prefixes.",
            related=(first.pointer(f"overlaps {narrow}"),),
        )


@rule(
    "VPC-066",
    "Extra prefixes keep clear of the reserved subnets",
    KIND,
    mark=Mark.CONFIG,
    since="26.03",
    about=("hostBGPExtraPrefixes",),
)
def extra_reserved(vpc: Node, context: Context) -> Iterator[Finding]:
    """Why: the fabric uses these ranges for its own management, loopbacks and links.

    Bad:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, hostBGP: true, hostBGPExtraPrefixes: {172.30.8.0/24: {}}}}}
    Good:
        spec: {subnets: {default: {subnet: 10.0.1.0/24, hostBGP: true, hostBGPExtraPrefixes: {10.0.5.0/24: {}}}}}
    """
    for node, prefix in extra_prefixes(vpc):
        reserved = overlapped(prefix, context)
        if reserved:
            yield node.finding(
                f"the extra prefix {prefix} overlaps the reserved subnet {reserved}",
                "Choose a prefix outside the reserved subnets.",
                at_key=True,
            )
