"""The resources of a fabric as records for NetBox, and the difference between those and what NetBox has. Pure.

Digests are taken from the bytes of the managed files, so that nothing is parsed while nothing changed.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fgd_sync.model.netbox import Record
from fgd_sync.model.plan import Action, Plan
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.netbox_outcome import in_words
from fgd_sync.planning.tracking import MANAGED_BY, OWN_NAME
from fgd_sync.yamldoc.parse import parse

TAG = "fgd-sync"
"""Slug and name of the tag that marks what is ours."""

ENDPOINTS: dict[str, str] = {
    "VPC": "vpcs",
    "VPCAttachment": "vpc-attachments",
    "VPCPeering": "vpc-peerings",
    "External": "externals",
    "ExternalAttachment": "external-attachments",
    "ExternalPeering": "external-peerings",
    "IPv4Namespace": "ipv4-namespaces",
    "Connection": "connections",
    "Server": "servers",
    "Switch": "switches",
    "SwitchGroup": "switch-groups",
    "VLANNamespace": "vlan-namespaces",
}
"""The kinds that the Hedgehog plugin has records of, with their endpoints."""

_DELETED: JsonObject = {"kubernetes_status": "deleting", "sync_error": "deleted from git"}
_LONGEST_NAME = 253
_DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Source:
    """One managed file: its bytes, and the first error that was found in its resource."""

    data: bytes
    error: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """All resources of a fabric by identity."""

    sources: Mapping[Ref, Source]

    def digest(self, kinds: Iterable[str]) -> str:
        """A digest of all resources of these kinds; the same as long as their files and errors are."""
        wanted = frozenset(kinds)
        total = hashlib.sha256()
        for ref in sorted(item for item in self.sources if item.kind in wanted):
            source = self.sources[ref]
            for part in (str(ref).encode(), source.data, source.error.encode()):
                total.update(len(part).to_bytes(8, "big"))
                total.update(part)
        return total.hexdigest()[:_DIGEST_LENGTH]

    def of(self, kinds: Iterable[str]) -> tuple[Record, ...]:
        """The resources of these kinds, read, in the order of their names."""
        wanted = frozenset(kinds)
        refs = sorted(item for item in self.sources if item.kind in wanted)
        return tuple(Record(ref, _body(self.sources[ref].data), self.sources[ref].error) for ref in refs)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be done to the objects of one path. `foreign` are objects that nobody asks for and that are not ours.

    Bodies to update have an `id` and only the fields that differ. `names` has the names of objects by number.
    """

    path: str
    what: str
    create: tuple[JsonObject, ...] = ()
    update: tuple[JsonObject, ...] = ()
    delete: tuple[int, ...] = ()
    ours: int = 0
    foreign: tuple[str, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether NetBox has what it should have."""
        return not (self.create or self.update or self.delete)


def records_of(plan: Plan, tree: Tree) -> Records:
    """The resources that a fabric has after the plan. `tree`: the files as they are then."""
    errors: dict[Ref, str] = {}
    paths = {item.path: item.ref for item in plan.inventory}
    for item in plan.errors:
        ref = item.ref or paths.get(item.location.path)
        if ref:
            errors.setdefault(ref, in_words(item))
    present = (item for item in plan.inventory if item.action is not Action.DELETE and item.path in tree.files)
    return Records({item.ref: Source(tree.files[item.path], errors.get(item.ref, "")) for item in present})


def _body(data: bytes) -> JsonObject:
    value = parse(data).documents[0].value
    return value if isinstance(value, dict) else {}


def why_not(record: Record) -> str:
    """Why the plugin cannot hold a resource, in words; empty if it can."""
    if record.ref.kind not in ENDPOINTS:
        return f"{record.ref}: the plugin has no records of this kind"
    if "." in record.ref.name:
        return f"{record.ref}: the plugin refuses names with a dot"
    if len(record.ref.name) > _LONGEST_NAME:
        return f"{record.ref}: the plugin refuses names of more than {_LONGEST_NAME} characters"
    if not record.body.get("spec"):
        return f"{record.ref}: the plugin refuses an empty spec"
    return ""


def compare(
    kind: str,
    wanted: Sequence[Record],
    actual: Sequence[JsonObject],
    fabric: int,
    *,
    tagged: bool,
    agreed: frozenset[Ref] | None = None,
) -> Difference:
    """What is to be done to the records of one kind. `actual` may hold those of other fabrics; `fabric` is the id.

    `tagged`: the tag is there, and new records get it. `agreed`: resources whose records are ours to delete besides
    those with our mark; None: it is not kept what was agreed on, and records that are there get the tag too.
    """
    mine = {_key(item): item for item in actual if number_of(item.get("fabric")) == fabric}
    fields = {(item.ref.namespace, item.ref.name): _fields(item, fabric) for item in wanted}
    sample = next(iter(actual), None)
    create = [_known({**body, **_tags(tagged)}, sample) for key, body in fields.items() if key not in mine]
    pairs = ((mine[key], _known(body, mine[key])) for key, body in fields.items() if key in mine)
    update = [change for old, new in pairs if (change := _changed(old, new, tagged=tagged and agreed is None))]
    gone = [item for key, item in mine.items() if key not in fields and not is_marked_deleted(item)]
    others = {(ref.namespace, ref.name) for ref in agreed or ()}

    def ours(item: JsonObject) -> bool:
        return is_ours(item) or _key(item) in others

    return Difference(
        path=f"plugins/hedgehog/{ENDPOINTS[kind]}",
        what=kind,
        create=tuple(create),
        update=tuple(update),
        delete=tuple(int(item["id"]) for item in gone if ours(item)),
        ours=sum(ours(item) for item in mine.values()),
        foreign=tuple(f"{kind} {item.get('name')}" for item in gone if not ours(item)),
        names={int(item["id"]): str(item.get("name")) for item in mine.values()},
    )


def is_ours(item: JsonObject) -> bool:
    """Whether an object carries our mark: the tag, or the annotation of a resource that we manage."""
    tags = item.get("tags") or ()
    annotations = item.get("annotations") or {}
    return any(tag.get("slug") == TAG for tag in tags) or annotations.get(MANAGED_BY) == OWN_NAME


def named_tags(item: JsonObject) -> list[JsonObject]:
    """The tags of an object in the form in which they are written."""
    return [{"name": tag["name"], "slug": tag["slug"]} for tag in item.get("tags") or ()]


def marked_deleted(number: int) -> JsonObject:
    """What to write to a record that cannot be deleted."""
    return {"id": number, **_DELETED}


def is_marked_deleted(item: JsonObject) -> bool:
    """Whether a record stands for a resource that is gone."""
    return all(item.get(name) == value for name, value in _DELETED.items())


def _fields(record: Record, fabric: int) -> JsonObject:
    metadata = record.body.get("metadata", {})
    return {
        "fabric": fabric,
        "name": record.ref.name,
        "namespace": record.ref.namespace,
        "spec": record.body.get("spec"),
        "labels": metadata.get("labels") or {},
        "annotations": metadata.get("annotations") or {},
        "sync_error": record.error,
    }


def _known(body: JsonObject, sample: JsonObject | None) -> JsonObject:
    """The fields that this plugin's records have, as far as a record shows it."""
    return body if sample is None else {key: value for key, value in body.items() if key in sample}


def _changed(old: JsonObject, new: JsonObject, *, tagged: bool) -> JsonObject:
    changes = {key: value for key, value in new.items() if not _same(old.get(key), value)}
    if is_marked_deleted(old):
        changes["kubernetes_status"] = "unknown"
    if tagged and "tags" in old and not any(tag.get("slug") == TAG for tag in old["tags"]):
        changes["tags"] = [*named_tags(old), {"name": TAG, "slug": TAG}]
    return {"id": old["id"], **changes} if changes else {}


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, dict) and "id" in old and isinstance(new, int):
        return bool(old["id"] == new)
    return (old or None) == (new or None)


def _tags(tagged: bool) -> JsonObject:
    return {"tags": [{"name": TAG, "slug": TAG}]} if tagged else {}


def _key(item: JsonObject) -> tuple[str, str]:
    return (str(item.get("namespace") or "default"), str(item.get("name")))


def number_of(value: Any) -> Any:
    """The number by which an object names another one, whichever way it does."""
    return value.get("id") if isinstance(value, dict) else value
