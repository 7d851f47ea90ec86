"""The forms of all resources of a kind, by name: the tables from which rules on several resources are told at a glance.

Only those in the namespace `default`; a resource elsewhere has no form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from marshal import dumps, loads
from typing import Any, TypeVar

from fgd_sync.fabric.index import Index
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.model.stowed import Stowed
from fgd_sync.rules.lookup import all_nodes
from fgd_sync.rules.node import Node
from fgd_sync.rules.plain import Attachment, Form, form_of
from fgd_sync.rules.plain_connection import Wiring
from fgd_sync.rules.plain_vpc import Subnet, Vpc

NAMESPACE = "default"
_Form = TypeVar("_Form", bound=Form)


def vpcs(index: Index) -> dict[str, Vpc]:
    """The VPCs of the usual form."""
    return _forms(index, "VPC", Vpc)


def wirings(index: Index) -> dict[str, Wiring]:
    """The Connections of the usual form."""
    return _forms(index, "Connection", Wiring)


def attachments(index: Index) -> dict[str, Attachment]:
    """The VPCAttachments of the usual form."""
    return _forms(index, "VPCAttachment", Attachment)


def _forms(index: Index, kind: str, form: type[_Form]) -> dict[str, _Form]:
    if index.forms:
        index.refs(kind)  # Whoever looks at the table looks at all of the kind.
        return index.forms(kind)
    return {name: made for name, made in _named(index.given(kind)) if isinstance(made, form)}


def _named(resources: Iterable[Resource]) -> Iterator[tuple[str, Form | None]]:
    return ((item.ref.name, form_of(item.ref.kind, item.body)) for item in resources if item.ref.namespace == NAMESPACE)


_TABLES: dict[str, Callable[[Index], Mapping[str, Form]]] = {
    "VPC": vpcs,
    "Connection": wirings,
    "VPCAttachment": attachments,
}

_ABOUT_ENDS = frozenset({"ATT-008", "ATT-009", "ATT-011", "ATT-013", "ATT-014"})

FORM_TELLS: Mapping[str, frozenset[str]] = {
    "VPC": _ABOUT_ENDS
    | {"ATT-005"}
    | {"VPC-054", "VPC-055", "VPC-056", "VPC-057", "VPC-058", "VPC-059", "VPC-060", "VPC-067", "ADV-018"},
    "Connection": _ABOUT_ENDS
    | {"ATT-006", "ATT-007"}
    | {"CONN-025", "CONN-026", "CONN-028", "CONN-029", "CONN-030", "CONN-031", "CONN-032", "CONN-035", "CONN-037"}
    | {"ADV-003", "ADV-005", "ADV-006", "ADV-025", "ADV-027"},
    "VPCAttachment": _ABOUT_ENDS | {"ATT-005", "ATT-006", "ATT-007", "ATT-015", "ATT-016", "ADV-027"},
}
"""By kind the rules, all of those on it among them, that look at nothing but the form of a resource that has one.

As long as it keeps its form they find the same elsewhere, but for places in that resource and how it spells values; and
they find something in the resource itself or do not, as before.
"""


def _bare(form: Any) -> tuple[Any, ...]:
    return (*form[:-1], tuple(map(tuple, form.subnets))) if isinstance(form, Vpc) else tuple(form)


_MADE: Mapping[str, Callable[[Any], Form]] = {
    "VPC": lambda bare: Vpc._make((*bare[:-1], tuple(map(Subnet._make, bare[-1])))),
    "Connection": Wiring._make,
    "VPCAttachment": Attachment._make,
}
"""Forms of bare tuples, which are read in a fourth of the time."""


class Forms:
    """The forms that the resources of an index have, to be kept: those of a kind made of bytes when first asked for.

    Who asks may meet a LostError.
    """

    __slots__ = ("_stowed", "_tables")

    def __init__(self, tables: Mapping[str, dict[str, Any]], stowed: Mapping[str, Stowed]) -> None:
        """By kind, its table or the bytes of it."""
        self._tables, self._stowed = dict(tables), dict(stowed)

    @classmethod
    def of(cls, index: Index) -> "Forms":
        """The forms of all resources."""
        return cls({kind: dict(index.once(table)) for kind, table in _TABLES.items()}, {})

    def __call__(self, kind: str) -> dict[str, Any]:
        """The forms of a kind, by name."""
        if kind not in self._tables:
            made = _MADE[kind]
            self._tables[kind] = {name: made(bare) for name, bare in self._bare(kind).items()}
        return self._tables[kind]

    def _bare(self, kind: str) -> dict[str, Any]:
        """The same, or what equals it; quicker to have."""
        if kind in self._tables:
            return self._tables[kind]
        found: dict[str, Any] = loads(self._stowed[kind]())  # noqa: S302 - a part of what this program sealed
        return found

    def __reduce__(self) -> tuple[type, tuple[Mapping[str, Any], Mapping[str, Stowed]]]:
        made = {
            kind: Stowed(dumps({name: _bare(form) for name, form in table.items()}))
            for kind, table in self._tables.items()
        }
        return Forms, ({}, {**self._stowed, **made})

    def have(self, kind: str, resources: Sequence[Resource]) -> bool:
        """Whether all of some resources of a kind of which there are forms have one, the one that is known."""
        forms = list(_named(resources))
        if len(forms) < len(resources) or any(form is None for _, form in forms):
            return False
        known = self._bare(kind)
        return all(known.get(name) == form for name, form in forms)

    def after(self, gone: Iterable[Ref], new: Iterable[Resource]) -> "Forms":
        """The forms without those of some resources, and with those of others."""
        tables = dict(self._tables)

        def changed(kind: str) -> dict[str, Any]:
            if tables.get(kind) is self._tables.get(kind):
                tables[kind] = self(kind).copy()
            return tables[kind]

        for ref in gone:
            if ref.kind in _TABLES and ref.namespace == NAMESPACE:
                changed(ref.kind).pop(ref.name, None)
        for resource in new:
            if resource.ref.kind in _TABLES:
                forms = ((name, form) for name, form in _named([resource]) if form is not None)
                changed(resource.ref.kind).update(forms)
        return Forms(tables, self._stowed)


def others(index: Index, kind: str, forms: Mapping[str, Form]) -> Iterator[Node]:
    """The resources of a kind that have no form but are in the same namespace."""
    known = index.once(all_nodes)
    return (known[ref] for ref in index.refs(kind) if ref.namespace == NAMESPACE and ref.name not in forms)
