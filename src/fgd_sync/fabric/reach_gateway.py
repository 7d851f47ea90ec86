"""What gateway peerings permit. Source: the page on gateway peering of the vendor's user guide, August 2026.

Each side exposes addresses to the other: prefixes, subnets of its VPC by name, both without those under `not`; or
`default`, whatever nothing else exposes. NAT changes what addresses the other side sees and who may begin, the ACL
what passes; that is not computed here. An External needs an attachment, or no traffic leaves the fabric.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from fgd_sync.fabric.addresses import Prefix, parse_prefix
from fgd_sync.fabric.index import Index
from fgd_sync.fabric.reach_parts import (
    EXTERNAL,
    VPC,
    Border,
    Means,
    Party,
    Permit,
    attached_externals,
    between,
    named,
    party,
    subnet_ends,
)
from fgd_sync.fabric.values import at, items, mapping, mappings, shown, text
from fgd_sync.model.resource import JsonObject, Ref

_EXTERNAL_SIDE = "ext."
Ranges = list[tuple[int, int, str]]


def gateway_permits(index: Index) -> Iterator[tuple[Border, Permit]]:
    """What each GatewayPeering between two parties of the fabric lets through."""
    for peering in index.of("GatewayPeering"):
        sides = [_side(index, name, side, peering.ref) for name, side in mappings(peering.body, "spec", "peering")]
        if len(sides) == 2 and len(mapping(peering.body, "spec", "peering")) == 2:
            one, other = sides
            if one and other:
                yield from between(Means.GATEWAY, f"GatewayPeering {shown(peering.ref)}", one, other)


def gateway_party(index: Index, name: str, near: Ref) -> Party | None:
    """The VPC or External that the key of a side means; None if there is none."""
    if name.startswith(_EXTERNAL_SIDE):
        return named(index, EXTERNAL, name.removeprefix(_EXTERNAL_SIDE), near)
    return named(index, VPC, name, near)


def _side(index: Index, name: str, side: JsonObject, near: Ref) -> tuple[Party, frozenset[str]] | None:
    owner = gateway_party(index, name, near)
    if owner is None or (owner.kind == EXTERNAL and owner not in index.once(attached_externals)):
        return None
    exposes = items(side, "expose")
    return owner, frozenset(end for expose in exposes for end in _exposed(index, owner, expose))


def _exposed(index: Index, owner: Party, expose: Any) -> Iterator[str]:
    if at(expose, "default") is True:
        yield f"every other address behind {owner}"
        return
    entries = items(expose, "ips")
    excluded = sorted({text(entry, "not") for entry in entries} - {""})
    suffix = f" except {', '.join(excluded)}" if excluded else ""
    ends = index.once(subnet_ends).get(owner, {})
    ranges = index.once(_ranges).get(owner, [])
    for name in {text(entry, "vpcSubnet") for entry in entries} & set(ends):
        yield ends[name] + suffix
    for cidr in {text(entry, "cidr") for entry in entries} - {""}:
        prefix = parse_prefix(cidr)
        for end in _covered(prefix, ranges) or [f"{prefix or cidr} of {owner}"]:
            yield end + suffix


def _covered(prefix: Prefix | None, ranges: Ranges) -> list[str]:
    """The subnets that lie wholly in a prefix."""
    found: list[str] = []
    if prefix is None or prefix.version != 4:
        return found
    for first, last, end in ranges[bisect_left(ranges, (prefix.first,)) :]:
        if first > prefix.last:
            break
        if last <= prefix.last:
            found.append(end)
    return found


def _ranges(index: Index) -> dict[Party, Ranges]:
    """The IPv4 subnets of every VPC by their first addresses."""
    found: dict[Party, Ranges] = {}
    for vpc in index.of(VPC):
        owner = party(vpc)
        ends = index.once(subnet_ends)[owner]
        prefixes = {name: parse_prefix(text(body, "subnet")) for name, body in mappings(vpc.body, "spec", "subnets")}
        found[owner] = sorted(
            (prefix.first, prefix.last, ends[name])
            for name, prefix in prefixes.items()
            if prefix and prefix.version == 4
        )
    return found
