"""What rules over several resources share: finding what a name means, and saying that it means nothing."""

from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.model.finding import Finding
from fgd_sync.model.resource import Ref
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric

_MOST_NAMES = 2000


def nodes(index: Index, kind: str) -> Iterator[Node]:
    """Every resource of a kind."""
    known = index.once(all_nodes)
    return (known[resource.ref] for resource in index.of(kind))


def restless(index: Index, kind: str) -> Iterator[Node]:
    """Every resource of a kind that may get in the way of another."""
    known, calm = index.once(all_nodes), index.calm
    return (known[ref] for ref in index.refs(kind) if ref not in calm)


class _Nodes(dict[Ref, Node]):
    """The root of every resource, made when it is first asked for."""

    def __init__(self, index: Index) -> None:
        super().__init__()
        self._index = index

    def __missing__(self, ref: Ref) -> Node:
        node = self[ref] = Node(self._index.body(ref), ref)
        return node


def all_nodes(index: Index) -> dict[Ref, Node]:
    """The root of every resource: one for all rules, since nodes keep what has been found in them."""
    return _Nodes(index)


def find(fabric: Fabric, kind: str, name: Node) -> Node | None:
    """The resource that a name means; None if there is none."""
    return find_named(fabric, kind, name.text, name)


def find_named(fabric: Fabric, kind: str, name: str, near: Node) -> Node | None:
    """The resource that a name means where `near` stands; None if there is none."""
    found = fabric.index.find(kind, name, near.ref)
    return fabric.index.once(all_nodes)[found.ref] if found else None


def earlier(fabric: Fabric, resource: Node) -> Node:
    """The version of a resource before it changed."""
    return fabric.before.once(all_nodes)[resource.ref]


def unknown(fabric: Fabric, kind: str, name: Node) -> Iterator[Finding]:
    """Report a name that no resource of the kind has."""
    if name.text:
        yield from unknown_named(fabric, kind, name.text, name)


def unknown_named(fabric: Fabric, kind: str, name: str, place: Node, *, at_key: bool = False) -> Iterator[Finding]:
    """Report a name, found in a value or key, that no resource of the kind has."""
    if not fabric.index.has(kind, name, place.ref):
        yield place.finding(
            f"there is no {kind} {name}", suggestion(name, fabric.index.names(kind, place.ref)), at_key=at_key
        )


def suggestion(name: str, known: list[str]) -> str:
    """Say which name was probably meant. Not tried among thousands of names: it would take too long."""
    from fgd_sync.schema.nearest import nearest  # only where a name means nothing

    near = nearest(name, known) if len(known) <= _MOST_NAMES else None
    if near:
        return f"Did you mean {near}? If not, add it to the fabric."
    return "Add it to the fabric, or correct the name."
