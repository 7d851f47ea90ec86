"""The forms of all resources of a kind, by name: the tables from which rules on several resources are told at a glance.

Only those in the namespace `default`; a resource elsewhere has no form.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from fgd_sync.fabric.index import Index
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
    found = ((item.ref, form_of(item)) for item in index.given(kind))
    return {ref.name: made for ref, made in found if isinstance(made, form) and ref.namespace == NAMESPACE}


def others(index: Index, kind: str, forms: Mapping[str, Form]) -> Iterator[Node]:
    """The resources of a kind that have no form but are in the same namespace."""
    known = index.once(all_nodes)
    refs = (item.ref for item in index.given(kind))
    return (known[ref] for ref in refs if ref.namespace == NAMESPACE and ref.name not in forms)
