"""VPCs that get in no other's way and keep to their namespaces, told from a table of all."""

from collections.abc import Iterable, Iterator

from fgd_sync.fabric.addresses import ipv4_range
from fgd_sync.fabric.index import Index
from fgd_sync.fabric.values import texts
from fgd_sync.rules.forms import NAMESPACE, others, vpcs
from fgd_sync.rules.lookup import nodes
from fgd_sync.rules.namespaces import PREFIXES, VLANS, valid_ranges
from fgd_sync.rules.plain_vpc import Vpc
from fgd_sync.rules.vpc_parts import extra_prefixes, subnets

_KIND = "VPC"
Range = tuple[int, int]
Span = tuple[str, int, int, str]
"""The namespace of some addresses, the first and last of them, and the VPC that has them."""


def calm_vpcs(index: Index) -> set[str]:
    """The names of VPCs of the usual form that certainly break no rule on several resources."""
    known, crowded = index.once(vpcs), index.once(_crowded)
    prefixes, vlans = _prefixes(index), _vlans(index)
    return {
        name
        for name, vpc in known.items()
        if name not in crowded and _is_inside(vpc, prefixes.get(vpc.prefixes), vlans.get(vpc.vlans))
    }


def _is_inside(vpc: Vpc, prefixes: list[Range] | None, vlans: list[Range] | None) -> bool:
    if prefixes is None or vlans is None:
        return False
    return all(
        _covers(prefixes, subnet.first, subnet.last) and (not subnet.vlan or _covers(vlans, subnet.vlan, subnet.vlan))
        for subnet in vpc.subnets
    )


def _covers(ranges: list[Range], first: int, last: int) -> bool:
    return any(low <= first and last <= high for low, high in ranges)


def _prefixes(index: Index) -> dict[str, list[Range]]:
    """The prefixes of every IPv4Namespace, but for those that are written unusually."""
    return {
        item.ref.name: [found for text in texts(item.body, "spec", "subnets") if (found := ipv4_range(text))]
        for item in index.given(PREFIXES)
        if item.ref.namespace == NAMESPACE
    }


def _vlans(index: Index) -> dict[str, list[Range]]:
    return {
        node.ref.name: [(first, last) for first, last, _ in valid_ranges(node)]
        for node in nodes(index, VLANS)
        if node.ref.namespace == NAMESPACE
    }


def _crowded(index: Index) -> set[str]:
    """The VPCs that share addresses or a VLAN with another, and perhaps more."""
    spans, users, found = list(_other_spans(index)), _other_users(index), set[str]()
    for name, vpc in index.once(vpcs).items():
        for subnet in vpc.subnets:
            spans.append((vpc.prefixes, subnet.first, subnet.last, name))
            if subnet.vlan:
                first = users.setdefault((vpc.vlans, subnet.vlan), name)
                if first != name:
                    found |= {first, name}
    return found | _overlapping(spans)


def _overlapping(spans: Iterable[Span]) -> set[str]:
    """The owners of spans that share addresses with a span before them, or a span before them does."""
    found, namespace, opener, reach = set[str](), "", "", -1
    for there, first, last, name in sorted(spans):
        if there != namespace or first > reach:
            namespace, opener, reach = there, name, last
        else:
            found |= {opener, name}
            reach = max(reach, last)
    return found


def _other_spans(index: Index) -> Iterator[Span]:
    for vpc in others(index, _KIND, index.once(vpcs)):
        namespace = vpc.at("spec", "ipv4Namespace").text
        found = [prefix for subnet in subnets(vpc) if (prefix := subnet.at("subnet").prefix)]
        for prefix in (*found, *(prefix for _, prefix in extra_prefixes(vpc))):
            if prefix.version == 4:
                yield namespace, prefix.first, prefix.last, vpc.ref.name


def _other_users(index: Index) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for vpc in others(index, _KIND, index.once(vpcs)):
        for subnet in subnets(vpc):
            vlan = subnet.at("vlan").number
            if vlan:
                found[vpc.at("spec", "vlanNamespace").text, vlan] = vpc.ref.name
    return found
