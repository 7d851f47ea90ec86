"""Rules on Externals and ExternalPeerings that need the document alone."""

from collections.abc import Iterator

from fgd_sync.fabric.addresses import conflicts
from fgd_sync.model.finding import Finding
from fgd_sync.model.pattern import pattern
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

KIND = "External"
PEERING = "ExternalPeering"
_NUMBER = "(?:0|[1-9][0-9]{0,4})"
_COMMUNITY = pattern(f"({_NUMBER}):({_NUMBER})")
_COMMUNITIES = ("inboundCommunity", "outboundCommunity")


def is_static(resource: Node) -> bool:
    """Whether an External or ExternalAttachment is of the static kind, without BGP."""
    return resource.at("spec", "static").is_mapping


def _is_community(text: str) -> bool:
    match = _COMMUNITY.fullmatch(text)
    return match is not None and all(int(part) <= 65535 for part in match.groups())


@rule("EXT-001", "External names have at most 11 characters", KIND)
def name_length(external: Node, _: Context) -> Iterator[Finding]:
    """Why: the switches build interface and VRF names from it, which have little room.

    Bad:
        metadata: {name: internet-edge}
        spec: {inboundCommunity: "65102:5000", outboundCommunity: "50000:50001"}
    Good:
        metadata: {name: internet}
        spec: {inboundCommunity: "65102:5000", outboundCommunity: "50000:50001"}
    """
    name = external.at("metadata", "name")
    if len(name.text) > 11:
        yield name.finding(
            f"the name {name.text!r} has {len(name.text)} characters; an External's may have 11",
            "Shorten the name, and change the resources that refer to it.",
        )


def _community(external: Node, field: str) -> Iterator[Finding]:
    node = external.at("spec", field)
    if node.text and not is_static(external) and not _is_community(node.text):
        yield node.finding(
            f"{field} {node.text!r} is not two numbers up to 65535 with a colon between",
            'Write it as "65102:5000", in quotes and without leading zeros.',
        )


def _community_missing(external: Node, field: str) -> Iterator[Finding]:
    node = external.at("spec", field)
    if node.is_unset and not is_static(external):
        yield node.finding(f"the External has no {field}", f'Add {field}, such as "65102:5000".')


@rule("EXT-003", "The inbound community is `A:B`", KIND)
def inbound(external: Node, context: Context) -> Iterator[Finding]:
    """Why: it marks the routes that the fabric takes from the External. In release 26.01 it must be there.

    Bad:
        spec: {inboundCommunity: "65102:70000", outboundCommunity: "50000:50001"}
    Good:
        spec: {inboundCommunity: "65102:5000", outboundCommunity: "50000:50001"}
    """
    yield from _community(external, "inboundCommunity")
    if context.release < "26.02":
        yield from _community_missing(external, "inboundCommunity")


@rule("EXT-004", "The outbound community is `A:B`", KIND)
def outbound(external: Node, context: Context) -> Iterator[Finding]:
    """Why: it marks the routes that the fabric gives to the External. In release 26.01 it must be there.

    Bad:
        spec: {inboundCommunity: "65102:5000", outboundCommunity: "50000"}
    Good:
        spec: {inboundCommunity: "65102:5000", outboundCommunity: "50000:50001"}
    """
    yield from _community(external, "outboundCommunity")
    if context.release < "26.02":
        yield from _community_missing(external, "outboundCommunity")


@rule("EXT-005", "A static External has no communities", KIND)
def static_communities(external: Node, _: Context) -> Iterator[Finding]:
    """Why: communities are a matter of BGP, which a static External does not speak.

    Bad:
        spec: {inboundCommunity: "65102:5000", static: {prefixes: [0.0.0.0/0]}}
    Good:
        spec: {static: {prefixes: [0.0.0.0/0]}}
    """
    for field in _COMMUNITIES:
        node = external.at("spec", field)
        if node.text and is_static(external):
            yield node.finding(f"the External is static but has {field} {node.text}", f"Remove {field}, or `static`.")


@rule("EXT-006", "A static External has at least one prefix", KIND)
def static_prefixes(external: Node, _: Context) -> Iterator[Finding]:
    """Why: without BGP the prefixes are all that the fabric knows of what is behind it.

    Bad:
        spec: {static: {prefixes: []}}
    Good:
        spec: {static: {prefixes: [0.0.0.0/0]}}
    """
    prefixes = external.at("spec", "static", "prefixes")
    if is_static(external) and prefixes.is_unset:
        yield prefixes.finding("the static External has no prefix", "List what it reaches, such as 0.0.0.0/0.")


@rule("EXT-007", "The prefixes of a static External are prefixes", KIND)
def static_parse(external: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric reads prefixes strictly: no missing length, no netmask, no leading zeros.

    Bad:
        spec: {static: {prefixes: [192.0.2.0]}}
    Good:
        spec: {static: {prefixes: [192.0.2.0/24]}}
    """
    for prefix in external.at("spec", "static", "prefixes").items:
        if isinstance(prefix.value, str) and not prefix.prefix:
            yield prefix.finding(
                f"{prefix.text!r} is not a prefix", "Write an address and a length, such as 192.0.2.0/24."
            )


@rule("EXT-008", "The prefixes of a static External do not overlap", KIND)
def static_differ(external: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses them; the narrower one adds nothing.

    Bad:
        spec: {static: {prefixes: [192.0.2.0/24, 192.0.2.128/25]}}
    Good:
        spec: {static: {prefixes: [192.0.2.0/24, 198.51.100.0/24]}}
    """
    nodes = external.at("spec", "static", "prefixes").items
    for (wide, first), (narrow, second) in conflicts([(prefix, node) for node in nodes if (prefix := node.prefix)]):
        yield second.finding(
            f"{narrow} overlaps {wide}", "Remove one of the two.", related=(first.pointer(f"overlaps {narrow}"),)
        )


@rule("EXTP-001", "An external peering names a VPC", PEERING)
def peering_vpc(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: it lets that VPC exchange routes with an External.

    Bad:
        spec: {permit: {vpc: {subnets: [default]}, external: {name: internet, prefixes: [{prefix: 0.0.0.0/0}]}}}
    Good:
        spec: {permit: {vpc: {name: web, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    """
    name = peering.at("spec", "permit", "vpc", "name")
    if name.is_unset:
        yield name.finding("the peering names no VPC", "Write its name under spec.permit.vpc.name.")


@rule("EXTP-002", "An external peering names an External", PEERING)
def peering_external(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: it lets a VPC exchange routes with that External.

    Bad:
        spec: {permit: {vpc: {name: vpc-1, subnets: [default]}, external: {prefixes: [{prefix: 0.0.0.0/0}]}}}
    Good:
        spec: {permit: {vpc: {name: web, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    """
    name = peering.at("spec", "permit", "external", "name")
    if name.is_unset:
        yield name.finding("the peering names no External", "Write its name under spec.permit.external.name.")


@rule("EXTP-003", "Every entry of the permitted prefixes has a prefix", PEERING)
def peering_prefixes(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: the entry says which routes of the External the VPC gets.

    Bad:
        spec: {permit: {vpc: {name: web, subnets: [default]}, external: {name: isp, prefixes: [{prefix: ""}]}}}
    Good:
        spec: {permit: {vpc: {name: web, subnets: [default]}, external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}}}
    """
    for entry in peering.at("spec", "permit", "external", "prefixes").items:
        if entry.is_mapping and entry.at("prefix").is_unset:
            yield entry.finding("the entry has no prefix", "Write one, such as 0.0.0.0/0, or remove the entry.")
