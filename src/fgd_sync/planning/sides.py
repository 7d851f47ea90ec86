"""The resources of a fabric as one side has them, git or NetBox, without our annotations. Pure.

A side is complete: whoever could not read all of it makes none.
"""

from collections.abc import Callable, Mapping

from fgd_sync.model.kinds import KINDS
from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass
from fgd_sync.planning.netbox_records import Records, why_not
from fgd_sync.planning.tracking import without_tracking

_KINDS = {kind.name: kind for kind in KINDS}


def _nothing(ref: Ref, body: JsonObject) -> str:  # noqa: ARG001 - the shape of `Side.cannot_hold`
    return ""


@dataclass(frozen=True, slots=True)
class Side:
    """All resources that one side has, as documents.

    `cannot_hold` says in words why the side cannot have a resource, "" if it can: what it lacks then is no difference.
    """

    resources: Mapping[Ref, JsonObject]
    cannot_hold: Callable[[Ref, JsonObject], str] = _nothing


def side_of_git(records: Records) -> Side:
    """The resources of a fabric as its managed files have them."""
    kinds = {ref.kind for ref in records.sources}
    return Side({item.ref: without_tracking(item.body) for item in records.of(kinds) if _has_metadata(item)})


def _has_metadata(item: Record) -> bool:
    return isinstance(item.body.get("metadata"), dict)


def resource_of_record(kind: str, row: JsonObject) -> tuple[Ref, JsonObject]:
    """The resource that a record of the Hedgehog plugin stands for."""
    known = _KINDS[kind]
    ref = Ref(known.group, kind, str(row.get("namespace") or "default"), str(row.get("name")))
    metadata: JsonObject = {"name": ref.name, "namespace": ref.namespace}
    metadata |= {key: row[key] for key in ("labels", "annotations") if row.get(key)}
    body = {"apiVersion": known.api_version, "kind": kind, "metadata": metadata, "spec": row.get("spec")}
    return ref, without_tracking(body)


def side_of_plugin(rows: Mapping[str, list[JsonObject]]) -> Side:
    """The resources that the records of one fabric stand for, by kind."""
    pairs = (resource_of_record(kind, row) for kind, items in rows.items() for row in items)
    return Side(dict(pairs), beyond_the_plugin)


def beyond_the_plugin(ref: Ref, body: JsonObject) -> str:
    """Why the Hedgehog plugin cannot have a resource, in words; "" if it can."""
    return why_not(Record(ref, body))
