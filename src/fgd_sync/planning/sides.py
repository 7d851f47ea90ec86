"""The resources of a fabric as one side has them - git, NetBox, a cluster - and in what two sides differ. Pure.

A side is complete: whoever could not read all of it makes none. What the controllers fill in or write their own way is
no difference, and neither are the annotations that say where a resource came from. Lists are compared as a whole.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.model.difference import ABSENT
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.location import Route
from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Origin, Ref, Resource
from fgd_sync.model.value import dataclass
from fgd_sync.planning.canonical import canonical
from fgd_sync.planning.clean import clean
from fgd_sync.planning.netbox_records import Records, why_not
from fgd_sync.planning.tracking import without_tracking

_KINDS = {kind.name: kind for kind in KINDS}


def _nothing(ref: Ref, body: JsonObject) -> str:  # noqa: ARG001 - the shape of `Side.cannot_hold`
    return ""


@dataclass(frozen=True, slots=True)
class Side:
    """All resources that one side has, as documents. `name` is what people call it.

    `cannot_hold` says in words why the side cannot have a resource, "" if it can: what it lacks then is no difference.
    """

    name: str
    resources: Mapping[Ref, JsonObject]
    cannot_hold: Callable[[Ref, JsonObject], str] = _nothing


@dataclass(frozen=True, slots=True)
class Contrast:
    """A field that two sides have otherwise; ABSENT where one does not have it."""

    route: Route
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Differing:
    """A resource that only one side has, or whose fields differ."""

    ref: Ref
    in_left: bool
    in_right: bool
    fields: tuple[Contrast, ...] = ()


def side_of_git(records: Records, name: str = "git") -> Side:
    """The resources of a fabric as its managed files have them."""
    kinds = {ref.kind for ref in records.sources}
    return Side(name, {item.ref: without_tracking(item.body) for item in records.of(kinds) if _has_metadata(item)})


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
    return Side("NetBox", dict(pairs), beyond_the_plugin)


def beyond_the_plugin(ref: Ref, body: JsonObject) -> str:
    """Why the Hedgehog plugin cannot have a resource, in words; "" if it can."""
    return why_not(Record(ref, body))


def normal(ref: Ref, body: JsonObject) -> JsonObject:
    """What a resource says: labels, annotations and spec, cleaned, written the controllers' way, defaults filled in."""
    tidy = tidied(body)
    metadata = {"labels": {}, "annotations": {}, **tidy["metadata"]}
    filled = {**with_defaults(Resource(ref, tidy, Origin("", 0))), "metadata": metadata}
    return {key: filled[key] for key in ("metadata", "spec") if key in filled}


def tidied(body: JsonObject) -> JsonObject:
    """Labels, annotations and spec of a resource as a managed file has them; routes into both are the same."""
    made, _ = canonical(clean(body, None).body, None)
    metadata = without_tracking(made)["metadata"] if isinstance(made.get("metadata"), dict) else {}
    said = {key: metadata[key] for key in ("labels", "annotations") if metadata.get(key)}
    return {"metadata": said, **({"spec": made["spec"]} if made.get("spec") is not None else {})}


def differences(left: Side, right: Side) -> tuple[Differing, ...]:
    """The resources that are not the same on both sides, in the order of their refs."""
    refs = sorted({*left.resources, *right.resources})
    return tuple(found for ref in refs if (found := _differing(ref, left, right)))


def _differing(ref: Ref, left: Side, right: Side) -> Differing | None:
    one, two = left.resources.get(ref), right.resources.get(ref)
    if one is None or two is None:
        there, lacks = (left.resources, right) if two is None else (right.resources, left)
        return None if lacks.cannot_hold(ref, there[ref]) else Differing(ref, one is not None, two is not None)
    if same(one, two):
        return None
    fields = tuple(contrasts(normal(ref, one), normal(ref, two)))
    return Differing(ref, True, True, fields) if fields else None


def contrasts(left: Any, right: Any, route: Route = ()) -> Iterator[Contrast]:
    """The fields that two values have otherwise; mappings are looked into, lists are not."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [*left, *(key for key in right if key not in left)]:
            yield from contrasts(left.get(key, ABSENT), right.get(key, ABSENT), (*route, key))
    elif not same(left, right):
        yield Contrast(route, left, right)


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal: true is not 1, and 1.0 is, since JSON has one sort of number."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)
