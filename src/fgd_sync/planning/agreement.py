"""What git and NetBox agreed on last, kept with the state of the fabric: the base of every three-way comparison. Pure.

A field is in it as both sides had it when they were last seen to be equal; so what one side changed since is known as
that side's change, however many reports and pulls come between. There is one file for each kind, so that a kind that
does not change costs nothing. Files of another NetBox or fabric, and what cannot be read, count as not there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fgd_sync.model.difference import ABSENT, UNKNOWN, Difference, differences, is_same
from fgd_sync.model.kinds import KIND_BY_ID
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.fields import with_fields
from fgd_sync.planning.meaning import meaning, tidied
from fgd_sync.planning.netbox_records import is_marked_deleted, is_ours
from fgd_sync.planning.sides import resource_of_record
from fgd_sync.planning.three_ways import Field, Ways, all_clash, three_ways


@dataclass(frozen=True, slots=True)
class Base:
    """What was agreed on in one kind: documents by identity, with the numbers of their records in NetBox.

    `is_known`: a resource that is not here was agreed not to be, unless it is `doubted`.
    """

    resources: Mapping[Ref, JsonObject] = field(default_factory=dict)
    numbers: Mapping[Ref, int] = field(default_factory=dict)
    doubted: frozenset[Ref] = frozenset()
    is_known: bool = False

    def knows(self, ref: Ref) -> bool:
        """Whether it is known what was agreed on, also that there was no such resource."""
        return ref in self.resources or (self.is_known and ref not in self.doubted)


@dataclass(frozen=True, slots=True)
class Seen:
    """What NetBox was seen to have of a kind: documents by identity, and the numbers of their records.

    `strangers`: those that we did not make.
    """

    resources: Mapping[Ref, JsonObject]
    numbers: Mapping[Ref, int] = field(default_factory=dict)
    strangers: frozenset[Ref] = frozenset()


@dataclass(frozen=True, slots=True)
class Home:
    """Where records lie: the address of a NetBox, and the number that a fabric has there."""

    url: str
    fabric: int


def file_of(kind: str) -> str:
    """The name of the file that keeps what was agreed on in a kind."""
    return f"{kind}.json"


def read_base(data: bytes | None, kind: str, home: Home) -> Base:
    """What a file keeps. If it is not there, cannot be read or is about another home, nothing is known."""
    rows = _rows(data, home)
    if rows is None:
        return Base()
    found = [(resource_of_record(kind, row), row) for row in rows]
    sure = [(ref, body, row["id"]) for (ref, body), row in found if not row.get("doubted")]
    return Base(
        {ref: body for ref, body, _ in sure},
        {ref: number for ref, _, number in sure},
        frozenset(ref for (ref, _), row in found if row.get("doubted")),
        is_known=True,
    )


def _rows(data: bytes | None, home: Home) -> list[JsonObject] | None:
    try:
        content = json.loads(data or b"")
        if (content["netbox"], content["fabric"]) != (home.url, home.fabric):
            return None
        rows: list[JsonObject] = content["records"]
        return rows if all(isinstance(row["name"], str) and isinstance(row["id"], int) for row in rows) else None
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def written_base(base: Base, home: Home) -> bytes:
    """The file that keeps a base: one record a line, in the order of their names."""
    rows: list[JsonObject] = []
    for ref in sorted({*base.resources, *base.doubted}):
        body = base.resources.get(ref, {})
        metadata = body.get("metadata", {})
        said = {key: metadata[key] for key in ("labels", "annotations") if key in metadata}
        fields = {"doubted": True} if ref in base.doubted else {"spec": body.get("spec"), **said}
        rows.append({"id": base.numbers.get(ref, 0), "namespace": ref.namespace, "name": ref.name, **fields})
    lines = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    start = json.dumps({"netbox": home.url, "fabric": home.fabric}).removesuffix("}")
    return f'{start}, "records": [\n{lines}\n]}}\n'.encode()


def ways_of(ref: Ref, base: Base, netbox: JsonObject | None, git: JsonObject | None) -> Ways:
    """What each side changed in a resource since they agreed; a resource that a side does not have is None."""
    if netbox is not None and git is not None and is_same(netbox, git):
        return Ways()
    there, wanted = _said(ref, netbox), _said(ref, git)
    if base.knows(ref):
        return three_ways(_said(ref, base.resources.get(ref)), there, wanted)
    if there is ABSENT:
        return three_ways(ABSENT, there, wanted)
    if wanted is ABSENT:
        return Ways(clashes=(Field((), UNKNOWN, there, wanted),))
    return all_clash(there, wanted)


def _said(ref: Ref, body: JsonObject | None) -> Any:
    return ABSENT if body is None else meaning(ref, body)


def of_kind(kind: str, resources: Mapping[Ref, JsonObject]) -> dict[Ref, JsonObject]:
    """Those of some resources that are of a kind."""
    return {ref: body for ref, body in resources.items() if ref.kind == kind}


def seen_in(kind: str, rows: Iterable[JsonObject]) -> Seen:
    """What the records of a fabric, of one kind, stand for."""
    pairs = [(resource_of_record(kind, row), row) for row in rows if not is_marked_deleted(row)]
    return Seen(
        {ref: body for (ref, body), _ in pairs},
        {ref: int(row["id"]) for (ref, _), row in pairs},
        frozenset(ref for (ref, _), row in pairs if not is_ours(row)),
    )


def advanced(base: Base, seen: Seen, git: Mapping[Ref, JsonObject]) -> Base:
    """The base after what NetBox has of one kind and the resources in git were seen side by side."""
    there, numbers = seen.resources, {**base.numbers, **seen.numbers}
    resources: dict[Ref, JsonObject] = {}
    doubted: set[Ref] = set()
    for ref in {*there, *git, *base.resources, *base.doubted}:
        if ref not in there and ref not in git:
            continue
        settled = _agreed(ref, base, there.get(ref), git.get(ref))
        if settled is not None:
            resources[ref] = settled
        elif ref in there and not base.knows(ref) and (ref in git or ref not in seen.strangers):
            doubted.add(ref)
    kept = {ref: number for ref, number in numbers.items() if ref in resources}
    return Base(resources, kept, frozenset(doubted), is_known=True)


def _agreed(ref: Ref, base: Base, netbox: JsonObject | None, git: JsonObject | None) -> JsonObject | None:
    """What both sides agree on, or did before one of them changed it; None for nothing."""
    old = base.resources.get(ref)
    if netbox is None or git is None:
        return old
    open_fields = list(_differences(ref, netbox, git))
    if not open_fields:
        return netbox
    if not base.knows(ref):
        return None
    routes = [item.route for item in open_fields]
    return document(ref, with_fields(tidied(netbox), routes, tidied(old) if old else {}))


def document(ref: Ref, said: JsonObject) -> JsonObject:
    """A document of a resource that says this: labels, annotations, spec."""
    version = KIND_BY_ID[ref.group, ref.kind].api_version
    metadata = {"name": ref.name, "namespace": ref.namespace, **said["metadata"]}
    return {"apiVersion": version, "kind": ref.kind, "metadata": metadata, "spec": said.get("spec")}


def assumed(seen: Seen, earlier: Mapping[Ref, JsonObject]) -> Base:
    """A base where nothing is known: what git had after the sync before, and NetBox has still, both had then."""
    both = {ref: body for ref, body in seen.resources.items() if ref in earlier}
    found = {ref: body for ref, body in both.items() if not any(_differences(ref, body, earlier[ref]))}
    return Base(found, {ref: seen.numbers[ref] for ref in found})


def _differences(ref: Ref, one: JsonObject, other: JsonObject) -> Iterator[Difference]:
    """The fields in which two descriptions of a resource mean something else."""
    if not is_same(one, other):
        yield from differences(meaning(ref, one), meaning(ref, other), into_lists=False)
