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
    """The forms that the resources of an index have, to be kept: made of bytes when they are first asked for.

    Who asks may meet a LostError.
    """

    __slots__ = ("_stowed", "_tables")

    def __init__(self, tables: Mapping[str, dict[str, Any]] | None, stowed: Stowed | None = None) -> None:
        self._tables, self._stowed = tables, stowed

    @classmethod
    def of(cls, index: Index) -> "Forms":
        """The forms of all resources."""
        return cls({kind: dict(index.once(table)) for kind, table in _TABLES.items()})

    def __call__(self, kind: str) -> dict[str, Any]:
        """The forms of a kind, by name."""
        if self._tables is None:
            import pickle  # not where nothing is remembered

            assert self._stowed, "there are tables, or bytes to make them of"
            self._tables = pickle.loads(self._stowed())  # noqa: S301 - a part of what is loaded in the same way
        return self._tables[kind]

    def __reduce__(self) -> tuple[type, tuple[None, Stowed]]:
        import pickle

        made = pickle.dumps({kind: self(kind) for kind in _TABLES}, pickle.HIGHEST_PROTOCOL) if self._tables else b""
        return Forms, (None, Stowed(made) if made else self._stowed or Stowed(b""))

    def after(self, gone: Iterable[Ref], new: Iterable[Resource]) -> "Forms":
        """The forms without those of some resources, and with those of others."""
        old = [ref for ref in gone if ref.kind in _TABLES and ref.namespace == NAMESPACE]
        made = [resource for resource in new if resource.ref.kind in _TABLES]
        if not (old or made):
            return self
        tables = {kind: self(kind).copy() for kind in _TABLES}
        for ref in old:
            tables[ref.kind].pop(ref.name, None)
        for resource in made:
            tables[resource.ref.kind].update((name, form) for name, form in _named([resource]) if form is not None)
        return Forms(tables)


def others(index: Index, kind: str, forms: Mapping[str, Form]) -> Iterator[Node]:
    """The resources of a kind that have no form but are in the same namespace."""
    known = index.once(all_nodes)
    return (known[ref] for ref in index.refs(kind) if ref.namespace == NAMESPACE and ref.name not in forms)
