"""The diagram of an impact as a Mermaid flowchart, which GitHub draws.

Names appear in quoted labels only, with everything but letters, digits and a few signs as character codes, so that none
can end its label or begin a statement. Created is green, deleted red and dashed, changed amber, affected grey.
"""

from collections.abc import Iterator

from fgd_sync.model.impact import Edge, How, Impact, Node
from fgd_sync.model.pattern import pattern
from fgd_sync.render.escape import cut, visible
from fgd_sync.render.tally import number

MOST_NODES = 40
_MOST_EDGES = 120
_LONGEST = 48
_UNSAFE = pattern(r"[^A-Za-z0-9 ,/-]")
_SHAPES = {
    "Switch": ("[", "]"),
    "Server": ("(", ")"),
    "VPC": ("([", "])"),
    "External": ("{{", "}}"),
    "Gateway": ("[[", "]]"),
}
_CLASSES = (
    "classDef created fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
    "classDef deleted fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:5 5",
    "classDef changed fill:#fff8c5,stroke:#9a6700,color:#1f2328",
    "classDef affected fill:#f6f8fa,stroke:#59636e,color:#1f2328",
)
_LINES = {
    How.CREATED: "stroke:#1a7f37,stroke-width:2px",
    How.DELETED: "stroke:#cf222e,stroke-width:2px,stroke-dasharray:5 5",
    How.CHANGED: "stroke:#9a6700,stroke-width:2px",
}


def flowchart(impact: Impact) -> tuple[list[str], str]:
    """The lines of the flowchart, none for an impact without nodes; and what was left out, in words, or ""."""
    chosen, edges = _chosen(impact)
    if not chosen:
        return [], ""
    hows = dict(impact.nodes)
    ids = {node: f"n{position}" for position, node in enumerate(chosen, 1)}
    lines = ["flowchart LR"]
    lines += [f"  {ids[node]}{_label(node)}{_class(hows.get(node))}" for node in chosen]
    lines += [f'  {ids[edge.left]} ---|"{_text(edge.label)}"| {ids[edge.right]}' for edge in edges]
    lines += [f"  {line}" for line in (*_link_styles(edges), *_CLASSES)]
    everything = {*hows, *(node for edge in impact.edges for node in (edge.left, edge.right))}
    return lines, _left_out(len(everything) - len(chosen), len(impact.edges) - len(edges), impact)


def _chosen(impact: Impact) -> tuple[list[Node], list[Edge]]:
    """Edges in their order with the nodes they lead to, then nodes without edges, while there is room."""
    chosen: dict[Node, None] = {}
    for edge in impact.edges:
        ends = dict.fromkeys((edge.left, edge.right))
        if len(chosen | ends) <= MOST_NODES:
            chosen |= ends
    for node, _ in impact.nodes:
        if len(chosen) < MOST_NODES:
            chosen[node] = None
    edges = [edge for edge in impact.edges if edge.left in chosen and edge.right in chosen]
    return list(chosen), edges[:_MOST_EDGES]


def _label(node: Node) -> str:
    before, after = _SHAPES.get(node.sort, ("[", "]"))
    return f'{before}"{_text(f"{node.sort} {node.name}")}"{after}'


def _class(how: How | None) -> str:
    return f":::{how}" if how else ""


def _text(text: str) -> str:
    """Text within a quoted label; Mermaid has no empty ones."""
    return _UNSAFE.sub(lambda found: f"#{ord(found[0])};", cut(visible(text), _LONGEST)).strip() or "#8201;"


def _link_styles(edges: list[Edge]) -> Iterator[str]:
    for how, style in _LINES.items():
        positions = [str(position) for position, edge in enumerate(edges) if edge.how is how]
        if positions:
            yield f"linkStyle {','.join(positions)} {style}"


def _left_out(nodes: int, edges: int, impact: Impact) -> str:
    beyond = dict(impact.left_out)
    nodes += beyond.get("diagram node", 0)
    edges += beyond.get("diagram edge", 0)
    if not nodes and not edges:
        return ""
    return f"The diagram leaves out {number(nodes, 'node')} and {number(edges, 'line')}."
