"""Rules on VPCPeerings that need the document alone."""

from collections.abc import Iterator

from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

KIND = "VPCPeering"


@rule("PEER-001", "A peering has no `remote`", KIND, since="26.03")
def no_remote(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: peering on other switches than those of the VPCs was removed; the fabric refuses the field.

    Bad:
        spec: {remote: border, permit: [{vpc-1: {}, vpc-2: {}}]}
    Good:
        spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
    """
    remote = peering.at("spec", "remote")
    if remote.text:
        yield remote.finding(
            f"the peering has `remote: {remote.text}`, which the fabric no longer supports", "Remove `remote`."
        )


@rule("PEER-003", "A permit entry names exactly two VPCs", KIND)
def pairs(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: a peering is between two VPCs. A name with nothing after the colon is dropped by Kubernetes: write `{}`.

    Bad:
        spec: {permit: [{vpc-1: {}, vpc-2: {}, vpc-3: {}}]}
    Good:
        spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
    """
    for entry in peering.at("spec", "permit").items:
        if entry.is_mapping and entry.size != 2:
            yield entry.finding(
                f"the permit entry names {', '.join(entry.texts) or 'no VPC'}; it must name two VPCs",
                "Name the two VPCs, each with `{}` or with its subnets.",
            )


@rule("PEER-004", "All permit entries name the same two VPCs", KIND)
def same_pair(peering: Node, _: Context) -> Iterator[Finding]:
    """Why: one peering is between two VPCs; another pair needs a peering of its own.

    Bad:
        spec: {permit: [{vpc-1: {subnets: [web]}, vpc-2: {}}, {vpc-1: {subnets: [db]}, vpc-3: {}}]}
    Good:
        spec: {permit: [{vpc-1: {subnets: [web]}, vpc-2: {}}, {vpc-1: {subnets: [db]}, vpc-2: {subnets: [db]}}]}
    """
    entries = [entry for entry in peering.at("spec", "permit").items if entry.is_mapping and entry.size == 2]
    for entry in entries[1:]:
        first = entries[0]
        if set(entry.texts) != set(first.texts):
            here, there = " and ".join(entry.texts), " and ".join(first.texts)
            yield entry.finding(
                f"the entry is for {here}, another one for {there}",
                "Make a VPCPeering for each pair.",
                related=(first.pointer("the other pair"),),
            )
