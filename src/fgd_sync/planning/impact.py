"""The impact of a change: two fabrics in, what lies between them in the words of a network engineer out.

Pure and bounded: whatever the size of the change, each list has a limit, and what is beyond it is counted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from fgd_sync.fabric.index import Index
from fgd_sync.model.impact import Count, Edge, How, Impact, Node, Touched
from fgd_sync.planning.impact_attachments import attachment_sentences
from fgd_sync.planning.impact_changes import changes
from fgd_sync.planning.impact_diagram import diagram
from fgd_sync.planning.impact_notes import notes
from fgd_sync.planning.impact_touched import touched
from fgd_sync.planning.impact_traffic import traffic

MOST = 200
"""Entries of each list, and of things of each sort that are touched in one way."""

Item = TypeVar("Item")


def impact(before: Index, after: Index) -> Impact:
    """What the change from one fabric to the other touches. A change of nothing has an empty impact."""
    changed = changes(before, after)
    if not changed:
        return Impact()
    trail = touched(changed, before, after)
    found = trail.all()
    gained, lost, unknown = traffic(before, after)
    nodes, edges = diagram(trail, before, after)
    missing: dict[str, int] = {}
    kept_nodes, kept_edges = _drawn(nodes, edges, missing)
    return Impact(
        touched=_few_of_each(found),
        counts=_counts(found),
        gained=_first(gained, "allowed-traffic sentence", missing),
        lost=_first(lost, "stopped-traffic sentence", missing),
        attachments=_first(list(attachment_sentences(before, after)), "port sentence", missing),
        notes=_first([*unknown, *notes(changed, before, after)], "note", missing),
        nodes=kept_nodes,
        edges=kept_edges,
        left_out=tuple(missing.items()),
    )


def _first(found: Sequence[Item], noun: str, missing: dict[str, int]) -> tuple[Item, ...]:
    if len(found) > MOST:
        missing[noun] = len(found) - MOST
    return tuple(found[:MOST])


def _drawn(
    nodes: list[tuple[Node, How]], edges: list[Edge], missing: dict[str, int]
) -> tuple[tuple[tuple[Node, How], ...], tuple[Edge, ...]]:
    """What there is room for of the diagram. Nodes are counted as missing if no edge that is kept leads to them."""
    kept_nodes, kept_edges = tuple(nodes[:MOST]), _first(edges, "diagram edge", missing)
    if hidden := len(_all_nodes(nodes, edges)) - len(_all_nodes(kept_nodes, kept_edges)):
        missing["diagram node"] = hidden
    return kept_nodes, kept_edges


def _all_nodes(nodes: Iterable[tuple[Node, How]], edges: Iterable[Edge]) -> set[Node]:
    return {node for node, _ in nodes} | {node for edge in edges for node in (edge.left, edge.right)}


def _counts(found: list[Touched]) -> tuple[Count, ...]:
    numbers = Counter((item.sort, item.how) for item in found)
    return tuple(Count(sort, how, number) for (sort, how), number in numbers.items())


def _few_of_each(found: list[Touched]) -> tuple[Touched, ...]:
    seen: Counter[tuple[str, How]] = Counter()
    few = []
    for item in found:
        seen[item.sort, item.how] += 1
        if seen[item.sort, item.how] <= MOST:
            few.append(item)
    return tuple(few)
