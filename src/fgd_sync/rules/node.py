"""A value inside a resource that knows its route: what rules look at and point to.

Rules meet documents of any shape. A node of something that is not there, or not of the type asked for, answers with an
empty value, so that a rule says nothing about what the schema reports.
"""

from collections.abc import Iterator
from typing import Any

from fgd_sync.fabric.addresses import Address, Prefix, parse_address, parse_interface, parse_prefix
from fgd_sync.fabric.ports import Port, parse_port
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding, Pointer
from fgd_sync.model.location import Route
from fgd_sync.model.resource import Ref, Resource


class Node:
    """The value at a route of a resource; `value` is None where there is nothing."""

    __slots__ = ("_key", "_parent", "ref", "value")

    def __init__(self, value: Any, ref: Ref, parent: "Node | None" = None, key: str | int = "") -> None:
        self.value = value
        self.ref = ref
        self._parent = parent
        self._key = key

    @classmethod
    def of(cls, resource: Resource) -> "Node":
        """The root of a resource."""
        return cls(resource.body, resource.ref)

    def at(self, *steps: str) -> "Node":
        """The node under some keys."""
        node = self
        for step in steps:
            value = node.value
            node = Node(value.get(step) if isinstance(value, dict) else None, self.ref, node, step)
        return node

    @property
    def key(self) -> str:
        """The key or index that leads here, as text."""
        return str(self._key)

    @property
    def route(self) -> Route:
        """The way here from the root."""
        steps: list[str | int] = []
        node = self
        while node._parent is not None:
            steps.append(node._key)
            node = node._parent
        return tuple(reversed(steps))

    @property
    def entries(self) -> Iterator["Node"]:
        """The nodes of a mapping's values; none for anything else."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield Node(value, self.ref, self, key)

    @property
    def items(self) -> Iterator["Node"]:
        """The nodes of a list's items; none for anything else."""
        if isinstance(self.value, list):
            for number, value in enumerate(self.value):
                yield Node(value, self.ref, self, number)

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
        return len(self.value) if isinstance(self.value, dict | list) else 0

    @property
    def texts(self) -> list[str]:
        """The strings of a list, the keys of a mapping."""
        return [item for item in self.value if isinstance(item, str)] if isinstance(self.value, dict | list) else []

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

    def finding(self, message: str, remedy: str = "", *, related: tuple[Pointer, ...] = (),
                severity: Severity = Severity.ERROR, at_key: bool = False) -> Finding:
        """Say something about this value. A severity milder than the rule's holds for this finding."""
        return Finding(message, self.route, severity=severity, at_key=at_key, remedy=remedy, related=related)

    def pointer(self, message: str) -> Pointer:
        """Name this value as taking part in a finding."""
        return Pointer(self.ref, self.route, message)
