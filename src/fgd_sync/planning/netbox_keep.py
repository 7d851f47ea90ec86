"""What a report may write to the records of a kind: git's changes, and none over what somebody changed in NetBox. Pure.

Takes the records as git wants them and as NetBox has them, and what was agreed on last. Gives those that are to be
compared: changes of NetBox's own are in them already, and what has to wait for a pull, or for a person, is not.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fgd_sync.model.difference import ABSENT, UNKNOWN
from fgd_sync.model.location import format_route
from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass, field, replace
from fgd_sync.planning.agreement import Base, ways_of
from fgd_sync.planning.fields import with_fields
from fgd_sync.planning.meaning import tidied
from fgd_sync.planning.netbox_records import is_marked_deleted, is_ours, why_not
from fgd_sync.planning.sides import resource_of_record
from fgd_sync.planning.three_ways import Field, Policy, Ways
from fgd_sync.planning.tracking import tracking_of, without_tracking


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be compared: `wanted` records and the `rows` that NetBox has; the rest is left alone.

    `ours` are resources that were agreed on, so that their records are ours to delete. `notes` say what waits.
    """

    wanted: tuple[Record, ...]
    rows: tuple[JsonObject, ...]
    ours: frozenset[Ref] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sorting:
    base: Base
    policy: Policy
    wanted: list[Record] = field(default_factory=list)
    rows: list[JsonObject] = field(default_factory=list)
    ours: set[Ref] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def due(kind: str, wanted: Sequence[Record], rows: Sequence[JsonObject], *, base: Base, policy: Policy) -> Due:
    """What a report may write. `rows` are those of one fabric; `wanted` also has what the plugin cannot hold."""
    there = {resource_of_record(kind, row)[0]: row for row in rows}
    mine = {item.ref: item for item in wanted}
    sorting = _Sorting(base, policy)
    for ref in sorted({*there, *mine}):
        _sort(sorting, ref, mine.get(ref), there.get(ref))
    return Due(tuple(sorting.wanted), tuple(sorting.rows), frozenset(sorting.ours), tuple(sorting.notes))


def _sort(to: _Sorting, ref: Ref, item: Record | None, row: JsonObject | None) -> None:
    present = row if row is not None and not is_marked_deleted(row) else None
    netbox = resource_of_record(ref.kind, present)[1] if present is not None else None
    git = without_tracking(item.body) if item else None
    settled = ways_of(ref, to.base, netbox, git).settled(to.policy)
    to.notes += notes_of(ref, settled)
    if item and present is not None:
        if not settled.clashes:
            to.rows.append(present)
            to.wanted += _held(replace(item, body=_merged(item.body, present, ref, settled)))
    elif item:
        if not settled.clashes and not settled.by_netbox:
            to.wanted += _held(item)
            to.rows += [row] if row is not None else []
    elif row is not None and (present is None or _may_go(to, ref, row, settled)):
        to.rows.append(row)


def _held(item: Record) -> list[Record]:
    return [] if why_not(item) else [item]


def _may_go(to: _Sorting, ref: Ref, row: JsonObject, settled: Ways) -> bool:
    """Whether a record that git does not ask for is to be looked at: deleted, or named as somebody else's."""
    if settled.by_git:
        to.ours.add(ref)
    return bool(settled.by_git) or (not to.base.knows(ref) and not is_ours(row))


def _merged(wanted: JsonObject, row: JsonObject, ref: Ref, settled: Ways) -> JsonObject:
    """What a record is to say: NetBox's own changes, and git's; as it is where the sides mean the same."""
    _, there = resource_of_record(ref.kind, row)
    if not settled.by_git:
        merged = there
    elif not settled.by_netbox:
        merged = without_tracking(wanted)
    else:
        merged = with_fields(there, [item.route for item in settled.by_git], tidied(wanted))
    annotations = merged["metadata"].get("annotations", {})
    if not isinstance(annotations, dict):
        return merged
    marks = tracking_of(wanted) or tracking_of({"metadata": row})
    return {**merged, "metadata": {**merged["metadata"], "annotations": {**annotations, **marks}}}


def notes_of(ref: Ref, settled: Ways) -> Iterator[str]:
    """What waits for a pull or a person, in words."""
    fields = settled.clashes or settled.by_netbox
    if not fields:
        return
    base, netbox, git = fields[0].base, fields[0].netbox, fields[0].git
    if base is UNKNOWN:
        words = "not the same in NetBox and in git, and it is not known who changed it; left alone"
        yield f"{ref}: {_named(fields)} {words}"
        return
    is_whole = fields[0].route == ()
    what = f"{ref} was {_deed(base, netbox)}" if is_whole else f"{ref}: {_named(fields)} changed"
    if settled.clashes:
        also = f"{_deed(base, git)} in git" if is_whole else "in git"
        yield f"{what} in NetBox and {also}; nothing is written to it until a person decides"
    else:
        yield f"{what} in NetBox; it waits for a pull"


def _deed(base: Any, now: Any) -> str:
    """What a side did to a resource."""
    if now is ABSENT:
        return "deleted"
    return "made" if base is ABSENT else "changed"


def _named(fields: Sequence[Field]) -> str:
    if fields[0].route == ():
        return "the whole resource was"
    names = [format_route(item.route) for item in fields[:3]]
    more = f" and {len(fields) - 3} more fields were" if len(fields) > 3 else " were" if len(fields) > 1 else " was"
    return f"{', '.join(names)}{more}"
