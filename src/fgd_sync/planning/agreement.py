"""What git and NetBox agreed on last, kept with the state of the fabric: the base of every three-way comparison. Pure.

A field is in it as both sides had it when they were last seen to be equal; so what one side changed since is known as
that side's change, however many reports and pulls come between. There is one file for each kind, so that a kind that
does not change costs nothing. Files of another NetBox or fabric, and what cannot be read, count as not there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from fgd_sync.model.difference import ABSENT, UNKNOWN, Difference, differences, is_same
from fgd_sync.model.kinds import KIND_BY_ID
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.fields import found, with_fields
from fgd_sync.planning.meaning import meaning, tidied
from fgd_sync.planning.netbox_records import is_marked_deleted, is_ours
from fgd_sync.planning.sides import resource_of_record
from fgd_sync.planning.three_ways import Field, Ways, all_clash, three_ways

_Body = TypeVar("_Body", JsonObject, JsonObject | None)
Offers = Mapping[Ref, JsonObject | None]
"""What NetBox had of resources when that was proposed to git; None for one that it did not have."""


@dataclass(frozen=True, slots=True)
class Base:
    """What was agreed on in one kind: documents by identity, with the numbers of their records in NetBox.

    `is_known`: a resource that is not here was agreed not to be, unless it is `doubted`.
    """

    resources: Mapping[Ref, JsonObject] = field(default_factory=dict)
    numbers: Mapping[Ref, int] = field(default_factory=dict)
    doubted: frozenset[Ref] = frozenset()
    is_known: bool = False
    offered: Offers = field(default_factory=dict)

    def agreed(self, ref: Ref, git: JsonObject | None) -> JsonObject | None:
        """What was agreed on, and what `git` took of an offer, whatever became of that in NetBox."""
        old = self.resources.get(ref)
        offer = self.offered.get(ref)
        if ref not in self.offered or (git is None) != (offer is None):
            return old
        if git is None or offer is None or old is None:
            return offer
        changed = (item.route for item in differing(ref, git, old))
        there, said = meaning(ref, git), meaning(ref, offer)
        taken = [route for route in changed if is_same(found(there, route), found(said, route))]
        return document(ref, with_fields(tidied(old), taken, tidied(offer)))

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
    pairs = [(resource_of_record(kind, row), row) for row in rows]
    return Base(
        {ref: body for (ref, body), row in pairs if "spec" in row},
        {ref: row["id"] for (ref, _), row in pairs},
        frozenset(ref for (ref, _), row in pairs if row.get("doubted")),
        is_known=True,
        offered={ref: _offer(kind, row) for (ref, _), row in pairs if "offered" in row},
    )


def _offer(kind: str, row: JsonObject) -> JsonObject | None:
    offered = row["offered"]
    return resource_of_record(kind, {**offered, **_named(row)})[1] if isinstance(offered, dict) else None


def _named(row: JsonObject) -> JsonObject:
    return {"namespace": row.get("namespace"), "name": row["name"]}


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
    for ref in sorted({*base.resources, *base.doubted, *base.offered}):
        body, offer = base.resources.get(ref), base.offered.get(ref)
        fields: JsonObject = _row(body) if body else {"doubted": True} if ref in base.doubted else {}
        if ref in base.offered:
            fields["offered"] = _row(offer) if offer else None
        rows.append({"id": base.numbers.get(ref, 0), "namespace": ref.namespace, "name": ref.name, **fields})
    lines = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    start = json.dumps({"netbox": home.url, "fabric": home.fabric}).removesuffix("}")
    return f'{start}, "records": [\n{lines}\n]}}\n'.encode()


def _row(body: JsonObject) -> JsonObject:
    """What a document says, in the form of a record."""
    metadata = body.get("metadata", {})
    said = {key: metadata[key] for key in ("labels", "annotations") if key in metadata}
    return {"spec": body.get("spec"), **said}


def ways_of(ref: Ref, base: Base, netbox: JsonObject | None, git: JsonObject | None) -> Ways:
    """What each side changed in a resource since they agreed; a resource that a side does not have is None."""
    if netbox is not None and git is not None and is_same(netbox, git):
        return Ways()
    there, wanted = _said(ref, netbox), _said(ref, git)
    if base.knows(ref):
        return three_ways(_said(ref, base.agreed(ref, git)), there, wanted)
    if there is ABSENT:
        return three_ways(ABSENT, there, wanted)
    if wanted is ABSENT:
        return Ways(clashes=(Field((), UNKNOWN, there, wanted),))
    return all_clash(there, wanted)


def _said(ref: Ref, body: JsonObject | None) -> Any:
    return ABSENT if body is None else meaning(ref, body)


def of_kind(kind: str, resources: Mapping[Ref, _Body]) -> dict[Ref, _Body]:
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


def advanced(base: Base, seen: Seen, git: Mapping[Ref, JsonObject], *, offers: Offers | None = None) -> Base:
    """The base after what NetBox has of one kind and the resources in git were seen side by side.

    `offers`: what is proposed to git now; None: what was proposed before, as far as it is open.
    """
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
    offered = _open_offers(base, there, git) if offers is None else offers
    kept = {ref: number for ref, number in numbers.items() if ref in resources or ref in offered}
    return Base(resources, kept, frozenset(doubted), is_known=True, offered=offered)


def _open_offers(base: Base, there: Mapping[Ref, JsonObject], git: Mapping[Ref, JsonObject]) -> Offers:
    """The offers for resources that are not the same on both sides yet."""
    pairs = {ref: (there.get(ref), git.get(ref)) for ref in base.offered}
    return {
        ref: base.offered[ref]
        for ref, (one, two) in pairs.items()
        if (one is None) != (two is None) or (one is not None and two is not None and any(differing(ref, one, two)))
    }


def _agreed(ref: Ref, base: Base, netbox: JsonObject | None, git: JsonObject | None) -> JsonObject | None:
    """What both sides agree on, or did before one of them changed it; None for nothing."""
    old = base.agreed(ref, git)
    if netbox is None or git is None:
        return old
    open_fields = list(differing(ref, netbox, git))
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
    kept = {ref: body for ref, body in both.items() if not any(differing(ref, body, earlier[ref]))}
    return Base(kept, {ref: seen.numbers[ref] for ref in kept})


def differing(ref: Ref, one: JsonObject, other: JsonObject) -> Iterator[Difference]:
    """The fields in which two descriptions of a resource mean something else."""
    if not is_same(one, other):
        yield from differences(meaning(ref, one), meaning(ref, other), into_lists=False)
