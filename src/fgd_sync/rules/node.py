"""A value inside a resource that knows its route: what rules look at and point to.

Rules meet documents of any shape. A node of something that is not there, or not of the type asked for, answers with an
empty value, so that a rule says nothing about what the schema reports.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from fgd_sync.fabric.addresses import Address, Prefix, parse_address, parse_interface, parse_prefix
from fgd_sync.fabric.ports import Port, parse_port
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding, Pointer
from fgd_sync.model.location import Route
from fgd_sync.model.resource import Ref, Resource

View = TypeVar("View")
_NESTED = (dict, list)  # a tuple: a union would be made anew at every use


class Node:
    """The value at a route of a resource; `value` is None where there is nothing.

    A node is asked for the same values by many rules, so it keeps the nodes inside it once made. It does not know the
    one that it is in: what refers to each other in a circle stays in memory until the collector of garbage finds it.
    """

    __slots__ = ("_at", "_inner", "ref", "route", "value", "views")

    def __init__(self, value: Any, ref: Ref, route: Route = ()) -> None:
        self.value = value
        self.ref = ref
        self.route = route
        """The way here from the root."""
        self.views: dict[Callable[..., Any], Any] | None = None
        self._at: dict[str, Node] | None = None
        self._inner: tuple[Node, ...] | None = None

    @classmethod
    def of(cls, resource: Resource) -> "Node":
        """The root of a resource."""
        return cls(resource.body, resource.ref)

    def at(self, *steps: str) -> "Node":
        """The node under some keys."""
        node = self
        for step in steps:
            known = node._at
            if known is None:
                known = node._at = {}
            inner = known.get(step)
            if inner is None:
                value = node.value
                found = value.get(step) if isinstance(value, dict) else None
                inner = known[step] = Node(found, self.ref, (*node.route, step))
            node = inner
        return node

    @property
    def key(self) -> str:
        """The key or index that leads here, as text."""
        return str(self.route[-1]) if self.route else ""

    @property
    def entries(self) -> tuple["Node", ...]:
        """The nodes of a mapping's values; none for anything else."""
        if self._inner is None:
            self._inner = tuple(map(self.at, self.value)) if isinstance(self.value, dict) else ()
        return self._inner if isinstance(self.value, dict) else ()

    @property
    def items(self) -> tuple["Node", ...]:
        """The nodes of a list's items; none for anything else."""
        if not isinstance(self.value, list):
            return ()
        if self._inner is None:
            self._inner = tuple([Node(value, self.ref, (*self.route, at)) for at, value in enumerate(self.value)])
        return self._inner

    @property
    def is_present(self) -> bool:
        """Whether there is a value, be it empty."""
        return self.value is not None

    @property
    def is_unset(self) -> bool:
        """Whether the controllers see nothing: no value, or "", 0, false, an empty list or mapping."""
        return not self.value

    @property
    def text(self) -> str:
        """The value if it is a string, else ""."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def number(self) -> int | None:
        """The value if it is an integer; 0 where there is nothing; None for anything else."""
        if self.value is None:
            return 0
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else None

    @property
    def is_true(self) -> bool:
        """Whether the value is true."""
        return self.value is True

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.value, dict)

    @property
    def size(self) -> int:
        """How many entries a mapping or list has."""
        return len(self.value) if isinstance(self.value, _NESTED) else 0

    @property
    def texts(self) -> list[str]:
        """The strings of a list, the keys of a mapping."""
        return [item for item in self.value if isinstance(item, str)] if isinstance(self.value, _NESTED) else []

    @property
    def address(self) -> Address | None:
        """The value if it is an address without length."""
        return parse_address(self.text)

    @property
    def prefix(self) -> Prefix | None:
        """The value if it is an address with length."""
        return parse_prefix(self.text)

    @property
    def interface(self) -> Prefix | None:
        """The value if it is an address with length to the older, more lenient parser."""
        return parse_interface(self.text)

    @property
    def port(self) -> Port | None:
        """The value if it is `<device>/<port>`."""
        return parse_port(self.text)

    def finding(
        self,
        message: str,
        remedy: str = "",
        *,
        related: tuple[Pointer, ...] = (),
        severity: Severity = Severity.ERROR,
        at_key: bool = False,
    ) -> Finding:
        """Say something about this value. A severity milder than the rule's holds for this finding."""
        return Finding(message, self.route, severity=severity, at_key=at_key, remedy=remedy, related=related)

    def pointer(self, message: str) -> Pointer:
        """Name this value as taking part in a finding."""
        return Pointer(self.ref, self.route, message)


def view(make: Callable[[Node], Iterable[View]]) -> Callable[[Node], tuple[View, ...]]:
    """Let what a function finds in a node be found once, however many rules ask for it."""

    @wraps(make)
    def once(node: Node) -> tuple[View, ...]:
        views = node.views
        if views is None:
            views = node.views = {}
        found: tuple[View, ...] | None = views.get(make)
        if found is None:
            found = views[make] = tuple(make(node))
        return found

    return once
