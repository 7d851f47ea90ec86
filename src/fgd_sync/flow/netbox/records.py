"""The records of the Hedgehog plugin: one for each resource of the kinds that it knows, made, changed and deleted."""

from collections.abc import Mapping, Sequence
from functools import partial

from fgd_sync.flow.netbox.limits import within_limits
from fgd_sync.flow.netbox.work import Work, is_doubtful, is_unsettled
from fgd_sync.model.netbox import NetBoxObject, Record
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass, replace
from fgd_sync.planning.netbox_records import (
    ENDPOINTS,
    Difference,
    Records,
    compare,
    is_marked_deleted,
    marked_deleted,
    number_of,
    why_not,
)
from fgd_sync.planning.netbox_status import is_superseded

OTHERS = "others"
"""The name, among the digests of what was written, of the kinds that the plugin does not know."""


@dataclass(frozen=True, slots=True)
class PluginFabric:
    """The fabric as the plugin has it. `is_new`: made by this report, so that there are no records yet."""

    object: NetBoxObject
    tagged: bool = False
    is_new: bool = False


def tell_records(work: Work, fabric: PluginFabric, known: Mapping[str, str]) -> dict[str, str]:
    """Bring the records of the kinds that changed in line; the digests of the kinds that now are as they should be."""
    if work.records is None or is_superseded(fabric.object.body, work.outcome):
        return {}
    fresh = {kind: work.records.digest([kind]) for kind in ENDPOINTS} | {
        OTHERS: work.records.digest(_others(work.records))
    }
    changed = [kind for kind in ENDPOINTS if work.full or known.get(kind) != fresh[kind]]
    if work.full or known.get(OTHERS) != fresh[OTHERS]:
        note_others(work, work.records)
    differences = record_differences(work, work.records, fabric, changed)
    allowed = within_limits(work, list(differences.values()))
    done = [
        _made_good(work, work.records, fabric, item) and item == differences[kind]
        for kind, item in zip(differences, allowed, strict=True)
    ]
    noted = [work.attempt(partial(_note, work, work.records, fabric, kind)) for kind in differences]
    told = [OTHERS, *(kind for kind, *whole in zip(differences, done, noted, strict=True) if all(whole))]
    return {kind: fresh[kind] for kind in told if known.get(kind) != fresh[kind]}


def _made_good(work: Work, records: Records, fabric: PluginFabric, wanted: Difference) -> bool:
    """Make a difference good; whether all of it was, and what NetBox has then is noted."""
    before = len(work.made)
    if not _carried_out(work, records, fabric, wanted):
        return False
    if work.pact is not None:
        work.pact.wrote(records.of([wanted.what]), wanted, work.made[before:], fabric.object.id)
    return True


def _carried_out(work: Work, records: Records, fabric: PluginFabric, wanted: Difference) -> bool:
    """Make a difference good; whether all of it was. After a write of which the end is not known, read and go on."""
    before = len(work.failures)
    there = replace(fabric, is_new=False)
    item = replace(wanted, delete=())
    for last in (False, False, True):
        if work.carry_out(item, careful=last):
            return _deleted(work, wanted)
        if last or not any(is_unsettled(failure) for failure in work.failures[before:]):
            break
        del work.failures[before:]
        found = work.attempt(partial(_difference, work, records, there, wanted.what))
        if found is None:
            break
        item = replace(found, delete=())
    _deleted(work, wanted)
    return False


def _deleted(work: Work, wanted: Difference) -> bool:
    """Delete records; whether that was done. Those of kinds that the plugin fails to delete are marked as deleted."""
    before = len(work.failures)
    if work.carry_out(replace(wanted, create=(), update=())):
        return True
    if not any(is_doubtful(failure) for failure in work.failures[before:]):
        return False
    del work.failures[before:]
    if not work.carry_out(replace(wanted, create=(), delete=(), update=tuple(map(marked_deleted, wanted.delete)))):
        return _gone(work, wanted, before)
    work.unsupported.append(
        f"{wanted.what}: the plugin fails to delete records of this kind; they are marked as deleted"
    )
    return True


def _gone(work: Work, wanted: Difference, before: int) -> bool:
    """Whether the records that could not be marked as deleted are deleted after all."""
    left = [item for item in work.netbox.list(wanted.path, {}) if item["id"] in wanted.delete]
    if not all(is_marked_deleted(item) for item in left):
        return False
    del work.failures[before:]
    return True


def record_differences(work: Work, records: Records, fabric: PluginFabric, kinds: list[str]) -> dict[str, Difference]:
    """What is to be done to the records of some kinds. What the plugin cannot hold is noted as unsupported."""
    found: dict[str, Difference] = {}
    for kind in kinds:
        difference = work.attempt(partial(_difference, work, records, fabric, kind))
        if difference is not None:
            found[kind] = difference
    return found


def _difference(work: Work, records: Records, fabric: PluginFabric, kind: str) -> Difference:
    wanted = records.of([kind])
    work.unsupported += [why for item in wanted if (why := why_not(item))]
    path = f"plugins/hedgehog/{ENDPOINTS[kind]}"
    actual = [] if fabric.is_new else work.netbox.list(path, {})
    found = _compared(work, kind, wanted, actual, fabric=fabric)
    work.conflicts += [f"{item}: in NetBox only, and not made by fgd-sync" for item in found.foreign]
    return found


def _compared(
    work: Work, kind: str, wanted: Sequence[Record], actual: Sequence[JsonObject], *, fabric: PluginFabric
) -> Difference:
    """What is to be done, but for what somebody changed in NetBox, where it is kept what was agreed on.

    What both have alike by now is noted before anything is written, since the report may break off after that.
    """
    number = fabric.object.id
    if work.pact is None:
        held = [item for item in wanted if not why_not(item)]
        return compare(kind, held, actual, number, tagged=fabric.tagged)
    rows = _of(actual, number)
    due = work.pact.due(kind, wanted, rows, number)
    work.pact.note(kind, wanted, rows, number)
    work.waiting += due.notes
    return compare(kind, due.wanted, due.rows, number, tagged=fabric.tagged, agreed=due.ours)


def _of(rows: Sequence[JsonObject], fabric: int) -> list[JsonObject]:
    return [row for row in rows if number_of(row.get("fabric")) == fabric]


def _note(work: Work, records: Records, fabric: PluginFabric, kind: str) -> bool:
    """Take note of what NetBox has now, for the next comparison; it is read anew, since others write too."""
    if work.pact is not None:
        rows = _of(work.netbox.list(f"plugins/hedgehog/{ENDPOINTS[kind]}", {}), fabric.object.id)
        work.pact.note(kind, records.of([kind]), rows, fabric.object.id)
    return True


def note_others(work: Work, records: Records) -> None:
    """Note the resources of kinds that the plugin does not know."""
    work.unsupported += [why for item in records.of(_others(records)) if (why := why_not(item))]


def _others(records: Records) -> set[str]:
    return {ref.kind for ref in records.sources} - set(ENDPOINTS)
