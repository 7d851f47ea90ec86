"""What rules on several topics look at in resources of the gateway: their kinds, and the sides of a GatewayPeering.

Takes nodes and gives nodes; knows no rule.
"""

from collections.abc import Iterator

from fgd_sync.rules.node import Node, view

KIND = "Gateway"
GROUP = "GatewayGroup"
PEERING = "GatewayPeering"
EXTERNAL = "ext."


def sides(peering: Node) -> list[Node]:
    """The sides of a peering; their keys name a VPC, or an External behind `ext.`."""
    return [side for side in peering.at("spec", "peering").entries if side.is_mapping]


@view
def exposed(peering: Node) -> Iterator[tuple[Node, Node]]:
    """Each entry of what a side exposes, with its side."""
    for side in sides(peering):
        for entry in side.at("expose").items:
            if entry.is_mapping:
                yield side, entry
