"""What a change touches in a fabric, in the words of a network engineer: the value that summaries of it render."""

from enum import StrEnum

from fgd_sync.model.value import dataclass


class How(StrEnum):
    """What happens to a thing: the change is about it, or it is affected by what happens to another."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    AFFECTED = "affected"


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that the change touches.

    `sort` is the kind of a resource, or `subnet` (named `vpc/subnet`), or `port` (named `switch/port`). `why` says in
    words what affects a thing that is affected; it is empty for the others.
    """

    sort: str
    name: str
    how: How
    why: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many things of one sort are touched in one way, those included that `Impact.touched` leaves out."""

    sort: str
    how: How
    number: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """Two ends, or several with an empty `right`, that become able, or unable, to reach one another.

    `via` says what allows it, or has allowed it so far. `directly`: there is a peering through a gateway besides.
    """

    left: str
    right: str
    via: str
    directly: bool = False

    def sentence(self, *, is_gained: bool) -> str:
        """The sentence for traffic that is newly allowed, or no longer."""
        ends = f"{self.left} and {self.right}" if self.right else self.left
        verb = "can now" if is_gained else "can no longer"
        reach = "reach one another directly" if self.directly else "reach one another"
        return f"{ends} {verb} {reach} ({'' if is_gained else 'so far: '}{self.via})"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A device, VPC or External of the diagram; `sort` is its kind."""

    sort: str
    name: str


@dataclass(frozen=True, slots=True)
class Edge:
    """What joins two nodes: a connection, an attachment or a peering."""

    left: Node
    right: Node
    label: str
    how: How


@dataclass(frozen=True, slots=True)
class Impact:
    """All that a change touches. Lists are bounded: `left_out` has how many entries of each are missing, by noun.

    `attachments` are sentences on what appears on, and disappears from, switch ports; `notes` on whatever else is
    worth a look. `nodes` are those of the diagram that are touched themselves; edges may lead to others.
    """

    touched: tuple[Touched, ...] = ()
    counts: tuple[Count, ...] = ()
    gained: tuple[Traffic, ...] = ()
    lost: tuple[Traffic, ...] = ()
    attachments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    nodes: tuple[tuple[Node, How], ...] = ()
    edges: tuple[Edge, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the change touches nothing of the fabric."""
        return self == Impact()
