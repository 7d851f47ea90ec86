"""Which subnets and external prefixes a fabric lets reach one another: its policies, as pairs of sets of ends.

Takes an index; gives, for each two parties, the sets of ends between which traffic may pass. An end is named as it is
shown: `web/front` is a subnet, `10.9.0.0/16 of External isp` a prefix. Whether hosts are there is another question.

Sources: `pkg/util/apiutil/connectivity.go` of githedgehog/fabric at 78827deb, by which the vendor's own inspection
tells reachability, and the vendor's user guide on VPCs and externals.
"""

from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.reach_gateway import gateway_permits
from fgd_sync.fabric.reach_parts import (
    CONNECTION,
    EXTERNAL,
    VPC,
    Border,
    Means,
    Party,
    Permit,
    all_ends,
    attached_externals,
    between,
    named,
    party,
    subnet_ends,
)
from fgd_sync.fabric.values import at, items, mapping, mappings, shown, text, texts
from fgd_sync.model.resource import JsonObject, Ref, Resource

Policies = dict[Border, list[Permit]]


def policies(index: Index) -> Policies:
    """All that is permitted, by the two parties it is between."""
    found: Policies = {}
    for source in (_within, _vpc_peerings, _external_peerings, _static_externals, gateway_permits):
        for border, permit in source(index):
            found.setdefault(border, []).append(permit)
    return found


def open_subnets(index: Index) -> dict[Party, frozenset[str]]:
    """The subnets of each VPC whose hosts reach one another: those that are not `restricted`."""
    return {party(vpc): _without(index, vpc, "restricted", "defaultRestricted") for vpc in index.of(VPC)}


def is_on(spec: JsonObject, subnet: JsonObject, flag: str, default: str) -> bool:
    """A flag of a subnet; where the subnet says nothing, the default of its VPC."""
    own = at(subnet, flag)
    return own if isinstance(own, bool) else at(spec, default) is True


def _without(index: Index, vpc: Resource, flag: str, default: str) -> frozenset[str]:
    spec, ends = mapping(vpc.body, "spec"), index.once(subnet_ends)[party(vpc)]
    return frozenset(ends[name] for name, subnet in mappings(spec, "subnets") if not is_on(spec, subnet, flag, default))


def _within(index: Index) -> Iterator[tuple[Border, Permit]]:
    """Within a VPC: two subnets reach one another if neither is `isolated`, or if one list of `permit` names both."""
    for vpc in index.of(VPC):
        owner = party(vpc)
        ends = index.once(subnet_ends)[owner]
        lists = [
            frozenset(ends[name] for name in texts(entry) if name in ends)
            for entry in items(vpc.body, "spec", "permit")
        ]
        for group in (_without(index, vpc, "isolated", "defaultIsolated"), *lists):
            if len(group) > 1:
                yield Border(owner, owner, Means.WITHIN), Permit("", group, group)


def _vpc_peerings(index: Index) -> Iterator[tuple[Border, Permit]]:
    """Each entry of `permit` lets the subnets of one VPC and of the other reach one another; no list means all.

    `isolated` and `restricted` do not matter between VPCs.
    """
    for peering in index.of("VPCPeering"):
        for entry in items(peering.body, "spec", "permit"):
            sides = list(mappings(entry))
            if len(sides) == 2:
                one, other = (_peered(index, name, side, peering.ref) for name, side in sides)
                if one and other:
                    yield from between(Means.FABRIC, f"VPCPeering {shown(peering.ref)}", one, other)


def _peered(index: Index, name: str, side: JsonObject, near: Ref) -> tuple[Party, frozenset[str]] | None:
    vpc = named(index, VPC, name, near)
    if vpc is None:
        return None
    if not items(side, "subnets"):
        return vpc, index.once(all_ends)[vpc]
    return vpc, _listed(index, vpc, texts(side, "subnets"))


def _listed(index: Index, vpc: Party, names: list[str]) -> frozenset[str]:
    ends = index.once(subnet_ends)[vpc]
    return frozenset(ends[name] for name in names if name in ends)


def _external_peerings(index: Index) -> Iterator[tuple[Border, Permit]]:
    """The listed subnets and the listed prefixes reach one another; no list means none. The External is attached."""
    for peering in index.of("ExternalPeering"):
        permit = mapping(peering.body, "spec", "permit")
        vpc = named(index, VPC, text(permit, "vpc", "name"), peering.ref)
        external = named(index, EXTERNAL, text(permit, "external", "name"), peering.ref)
        if vpc and external and external in index.once(attached_externals):
            prefixes = {text(entry, "prefix") for entry in items(permit, "external", "prefixes")} - {""}
            yield from between(
                Means.FABRIC,
                f"ExternalPeering {shown(peering.ref)}",
                (vpc, _listed(index, vpc, texts(permit, "vpc", "subnets"))),
                (external, _of(prefixes, external)),
            )


def _static_externals(index: Index) -> Iterator[tuple[Border, Permit]]:
    """All subnets of the VPC that a static external connection is in, and the subnets behind its link."""
    for connection in index.of(CONNECTION):
        static = mapping(connection.body, "spec", "staticExternal")
        vpc = named(index, VPC, text(static, "withinVPC"), connection.ref)
        if vpc:
            own = party(connection)
            prefixes = {*texts(static, "link", "switch", "subnets"), text(static, "link", "switch", "ip")} - {""}
            sides = (vpc, index.once(all_ends)[vpc]), (own, _of(prefixes, own))
            yield from between(Means.FABRIC, f"Connection {shown(connection.ref)}", *sides)


def _of(prefixes: set[str], owner: Party) -> frozenset[str]:
    return frozenset(f"{prefix} of {owner}" for prefix in prefixes)
