"""The forms of all resources of a kind, by name: the tables from which rules on several resources are told at a glance.

Only those in the namespace `default`; a resource elsewhere has no form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from fgd_sync.fabric.index import Index
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.model.stowed import Stowed
from fgd_sync.rules.lookup import all_nodes
from fgd_sync.rules.node import Node
from fgd_sync.rules.plain import Attachment, Form, form_of
from fgd_sync.rules.plain_connection import Wiring
from fgd_sync.rules.plain_vpc import Vpc

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
            import pickle  # not where nothing is remembered

            self._tables[kind] = pickle.loads(self._stowed[kind]())  # noqa: S301 - a part of what is loaded in the same way
        return self._tables[kind]

    def __reduce__(self) -> tuple[type, tuple[Mapping[str, Any], Mapping[str, Stowed]]]:
        import pickle

        made = {kind: Stowed(pickle.dumps(table, pickle.HIGHEST_PROTOCOL)) for kind, table in self._tables.items()}
        return Forms, ({}, {**self._stowed, **made})

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
